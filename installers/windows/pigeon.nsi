; The installer for Windows, for one user and without an administrator. installers/windows/make.py calls it.
; It touches: the folder of the program, one shortcut (two if asked for), and its entry under "Apps". No file type is
; taken over, PATH stays as it is. The uninstaller removes the files that were installed, by name, and what it leaves
; (installed packs, settings) it says, and removes if it is told to.

Unicode true
!include "MUI2.nsh"
!include "x64.nsh"
!include "WinVer.nsh"
!include "LogicLib.nsh"

!define NAME "Pigeon Desktop"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\pigeon-desktop"
; As platformdirs and QSettings choose them.
!define DATA "$LOCALAPPDATA\pigeon-desktop"
!define SETTINGS "Software\pigeon-desktop"

Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Pigeon Desktop"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
ManifestDPIAware true
!ifdef PLAIN
  SetCompress off
!else
  SetCompressor /SOLID lzma
!endif
!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

VIProductVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME}, installer"
VIAddVersionKey "CompanyName" "${NAME}"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\pigeon-desktop.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "Spanish"

LangString PROGRAM ${LANG_ENGLISH} "Program and default model"
LangString PROGRAM ${LANG_GERMAN} "Programm und Standardmodell"
LangString PROGRAM ${LANG_SPANISH} "Programa y modelo predeterminado"
LangString PROGRAM_TEXT ${LANG_ENGLISH} "The window, the command line (pigeon.exe in the program's folder) and the model. Needs no network."
LangString PROGRAM_TEXT ${LANG_GERMAN} "Das Fenster, die Befehlszeile (pigeon.exe im Programmordner) und das Modell. Braucht kein Netz."
LangString PROGRAM_TEXT ${LANG_SPANISH} "La ventana, la línea de órdenes (pigeon.exe en la carpeta del programa) y el modelo. No necesita red."
LangString DESKTOP ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DESKTOP ${LANG_GERMAN} "Verknüpfung auf dem Desktop"
LangString DESKTOP ${LANG_SPANISH} "Acceso directo en el escritorio"
LangString REMOVE ${LANG_ENGLISH} "Remove the program"
LangString REMOVE ${LANG_GERMAN} "Programm entfernen"
LangString REMOVE ${LANG_SPANISH} "Quitar el programa"
LangString REMOVE_TEXT ${LANG_ENGLISH} "Removes what was installed. Your photographs, cases and reports stay where they are."
LangString REMOVE_TEXT ${LANG_GERMAN} "Entfernt, was installiert wurde. Ihre Fotos, Fälle und Berichte bleiben, wo sie sind."
LangString REMOVE_TEXT ${LANG_SPANISH} "Quita lo que se instaló. Sus fotos, casos e informes se quedan donde están."
LangString DATA_TOO ${LANG_ENGLISH} "Remove data and settings too"
LangString DATA_TOO ${LANG_GERMAN} "Auch Daten und Einstellungen entfernen"
LangString DATA_TOO ${LANG_SPANISH} "Quitar también datos y ajustes"
LangString DATA_TEXT ${LANG_ENGLISH} "Removes ${DATA}: packs that you installed, computed features, and a case that was never saved. Otherwise it stays there."
LangString DATA_TEXT ${LANG_GERMAN} "Entfernt ${DATA}: von Ihnen installierte Pakete, berechnete Merkmale und einen nie gespeicherten Fall. Sonst bleibt es dort."
LangString DATA_TEXT ${LANG_SPANISH} "Quita ${DATA}: paquetes que usted instaló, características calculadas y un caso nunca guardado. Si no, se queda ahí."
LangString LEFT ${LANG_ENGLISH} "Left where it is: ${DATA}"
LangString LEFT ${LANG_GERMAN} "Bleibt, wo es ist: ${DATA}"
LangString LEFT ${LANG_SPANISH} "Se queda donde está: ${DATA}"
LangString RUNNING ${LANG_ENGLISH} "Pigeon Desktop is running. Close it and try again."
LangString RUNNING ${LANG_GERMAN} "Pigeon Desktop läuft. Schließen Sie es und versuchen Sie es noch einmal."
LangString RUNNING ${LANG_SPANISH} "Pigeon Desktop está en marcha. Ciérrelo y vuelva a intentarlo."
LangString TOO_OLD ${LANG_ENGLISH} "Pigeon Desktop needs 64-bit Windows 10 or newer."
LangString TOO_OLD ${LANG_GERMAN} "Pigeon Desktop braucht Windows 10 (64 Bit) oder neuer."
LangString TOO_OLD ${LANG_SPANISH} "Pigeon Desktop necesita Windows 10 de 64 bits o posterior."

; A program that runs cannot be opened for writing.
!macro StopIfRunning un
Function ${un}StopIfRunning
  again:
  StrCpy $1 "no"
  ${If} ${FileExists} "$INSTDIR\pigeon-desktop.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\pigeon-desktop.exe" a
    ${If} ${Errors}
      StrCpy $1 "yes"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\pigeon.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\pigeon.exe" a
    ${If} ${Errors}
      StrCpy $1 "yes"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
  ${If} $1 == "yes"
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd
!macroend
!insertmacro StopIfRunning ""
!insertmacro StopIfRunning "un."

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(TOO_OLD)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

Section "$(PROGRAM)" PROGRAM_SECTION
  SectionIn RO
  SetShellVarContext current
  Call StopIfRunning
  ; What the version before had, and this one has not, goes with it.
  ReadRegStr $R0 HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $R0 != ""
  ${AndIf} ${FileExists} "$R0\uninstall.exe"
    ExecWait '"$R0\uninstall.exe" /S _?=$R0'
    Delete "$R0\uninstall.exe"
    RMDir "$R0"
  ${EndIf}
  !include "${LISTINGS}/install.nsh"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\pigeon-desktop.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\pigeon-desktop.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section /o "$(DESKTOP)" DESKTOP_SECTION
  SetShellVarContext current
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\pigeon-desktop.exe"
SectionEnd

Section "un.$(REMOVE)" REMOVE_SECTION
  SectionIn RO
  SetShellVarContext current
  Call un.StopIfRunning
  !include "${LISTINGS}/remove.nsh"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DetailPrint "$(LEFT)"
SectionEnd

Section /o "un.$(DATA_TOO)" DATA_SECTION
  SetShellVarContext current
  RMDir /r "${DATA}"
  DeleteRegKey HKCU "${SETTINGS}"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM_SECTION} "$(PROGRAM_TEXT)"
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_SECTION} "$(DESKTOP)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${REMOVE_SECTION} "$(REMOVE_TEXT)"
  !insertmacro MUI_DESCRIPTION_TEXT ${DATA_SECTION} "$(DATA_TEXT)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END
