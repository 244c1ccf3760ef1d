<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Asking</name>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The map is still loading. Press Enter again in a moment.</source>
        <translation>Die Karte wird noch geladen. Gleich noch einmal die Eingabetaste drücken.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Not asked</source>
        <translation>Nicht abgefragt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Add photographs and choose one: how captions fit it stands here.</source>
        <translation>Fotos hinzufügen und eines auswählen: Hier steht, wie gut Beschreibungen dazu passen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The model is not there. See above the map what to do.</source>
        <translation>Das Modell fehlt. Was zu tun ist, steht über der Karte.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The model is loading…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The map is loading…</source>
        <translation>Die Karte wird geladen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>“{caption}”, and what else? </source>
        <translation>„{caption}“, und was noch? </translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Type two captions or more: only compared with others does one say anything.</source>
        <translation>Mindestens zwei Beschreibungen eingeben: Erst im Vergleich mit anderen besagt eine etwas.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Reading captions: {done} of {total}</source>
        <translation>Beschreibungen werden gelesen: {done} von {total}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The text tower is not on this machine. See above the map what to do.</source>
        <translation>Das Textmodell ist nicht auf diesem Rechner. Was zu tun ist, steht über der Karte.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Prompts need one thing more: the text tower</source>
        <translation>Für Beschreibungen fehlt noch eines: das Textmodell</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>It is downloaded once and checked. Photographs are located without it.</source>
        <translation>Es wird einmal heruntergeladen und geprüft. Fotos werden auch ohne es verortet.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>From file…</source>
        <translation>Aus Datei…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Compared with each other; not whether any is true.</source>
        <translation>Miteinander verglichen; nicht, ob eine davon zutrifft.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Probability of the caption</source>
        <translation>Wahrscheinlichkeit der Beschreibung</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Toolbar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add photographs from files</source>
        <translation>Fotos aus Dateien hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add all photographs in a folder</source>
        <translation>Alle Fotos eines Ordners hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Paste a picture or files (Ctrl+V)</source>
        <translation>Ein Bild oder Dateien einfügen (Strg+V)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Cases, and photos taken together</source>
        <translation>Fälle, und Fotos gemeinsam betrachten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>New case…</source>
        <translation>Neuer Fall…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Open case…</source>
        <translation>Fall öffnen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Selected photos: one place</source>
        <translation>Ausgewählte Fotos: ein Ort</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Selected photos: one trip</source>
        <translation>Ausgewählte Fotos: eine Reise</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Pack</source>
        <translation>Paket</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Which model locates</source>
        <translation>Welches Modell verortet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Search within…  PT,ES  or  38.7,-9.1,200</source>
        <translation>Suchgebiet…  PT,ES  oder  38.7,-9.1,200</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Only look in a part of the world:
codes of countries or regions: PT,ES or US-CA
a box: south,west,north,east
a circle: latitude,longitude,km
or draw on the map: a box with Shift and the mouse, a circle with Ctrl
Press Enter; empty is the whole world.</source>
        <translation>Nur in einem Teil der Welt suchen:
Codes von Ländern oder Regionen: PT,ES oder US-CA
ein Rechteck: Süd,West,Nord,Ost
ein Kreis: Breite,Länge,km
oder auf der Karte zeichnen: ein Rechteck mit Umschalt und der Maus, einen Kreis mit Strg
Eingabetaste drücken; leer ist die ganze Welt.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Search within</source>
        <translation>Suchgebiet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Write a report of what was located</source>
        <translation>Einen Bericht über das Verortete schreiben</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
</context>
<context>
    <name>CandidateModel</name>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>within {km} km</source>
        <translation>Umkreis {km} km</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>✓ Confirmed</source>
        <translation>✓ Bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>in any other place</source>
        <translation>an irgendeinem anderen Ort</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>Elsewhere</source>
        <translation>Anderswo</translation>
    </message>
</context>
<context>
    <name>CandidatesView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
</context>
<context>
    <name>CaseOffers</name>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>New case</source>
        <translation>Neuer Fall</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>What is this case for, and who asked? This stands in the case and on its reports.</source>
        <translation>Wozu dient dieser Fall, und wer hat ihn veranlasst? Das steht im Fall und in seinen Berichten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>A folder for the case</source>
        <translation>Ein Ordner für den Fall</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Open case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>not saved as a case</source>
        <translation>nicht als Fall gespeichert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{name} (looking only)</source>
        <translation>{name} (nur Ansicht)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{name} – Pigeon Desktop</source>
        <translation>{name} – Pigeon Desktop</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Case {name}: {count} photos · {purpose}</source>
        <translation>Fall {name}: {count} Fotos · {purpose}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>It was left where it is, and nothing was deleted. This window begins without photos.</source>
        <translation>Es wurde gelassen, wo es ist, und nichts wurde gelöscht. Dieses Fenster beginnt ohne Fotos.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>What an earlier window left behind is damaged</source>
        <translation>Was ein früheres Fenster zurückgelassen hat, ist beschädigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not checked</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case was altered behind the program's back</source>
        <translation>Der Fall wurde am Programm vorbei verändert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{entries} entries, the last one's hash is {head}</source>
        <translation>{entries} Einträge, der Hash des letzten ist {head}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The audit chain is sound</source>
        <translation>Die Prüfkette ist unversehrt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Forget these</source>
        <translation>Diese vergessen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Look at it only</source>
        <translation>Nur ansehen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case is open elsewhere</source>
        <translation>Der Fall ist anderswo geöffnet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder}: another window or program has it open. Close it there and try again, or look at it meanwhile, without changing anything.</source>
        <translation>{folder}: Ein anderes Fenster oder Programm hat ihn geöffnet. Schließen Sie ihn dort und versuchen Sie es noch einmal, oder sehen Sie ihn einstweilen nur an, ohne etwas zu ändern.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case cannot be changed where it lies</source>
        <translation>Der Fall lässt sich dort, wo er liegt, nicht ändern</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder}: the disk, or the folder, cannot be written. Look at the case without changing anything, or copy its folder to where you can write and open the copy.</source>
        <translation>{folder}: Der Datenträger oder der Ordner ist schreibgeschützt. Sehen Sie den Fall an, ohne etwas zu ändern, oder kopieren Sie seinen Ordner dorthin, wo Sie schreiben dürfen, und öffnen Sie die Kopie.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case cannot be opened</source>
        <translation>Der Fall lässt sich nicht öffnen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The run has stopped</source>
        <translation>Der Durchlauf wurde angehalten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder} is not there: {count} photos in it wait. Plug its disk in and go on.</source>
        <translation>{folder} ist nicht da: {count} Fotos darin warten. Den Datenträger anschließen und fortsetzen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Some photos wait</source>
        <translation>Einige Fotos warten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not added</source>
        <translation>Nicht hinzugefügt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Some things could not be added</source>
        <translation>Manches ließ sich nicht hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>No photographs there ({count} other files).</source>
        <translation>Dort sind keine Fotos ({count} andere Dateien).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{count} photos, all known already</source>
        <translation>{count} Fotos, alle schon bekannt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{count} photos found · {out} hidden or other files left out</source>
        <translation>{count} Fotos gefunden · {out} versteckte oder andere Dateien ausgelassen</translation>
    </message>
</context>
<context>
    <name>Casework</name>
    <message>
        <location filename="../../pigeon_desktop/ui/casework.py"/>
        <source>The case is open for looking only. Open it where it can be written, or take another one.</source>
        <translation>Der Fall ist nur zur Ansicht geöffnet. Öffnen Sie ihn dort, wo geschrieben werden kann, oder nehmen Sie einen anderen.</translation>
    </message>
</context>
<context>
    <name>Deciding</name>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm {rank}</source>
        <translation>{rank} bestätigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm the selected candidate</source>
        <translation>Den gewählten Kandidaten bestätigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{action} (key {key})</source>
        <translation>{action} (Taste {key})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdicts are on single photos: choose one.</source>
        <translation>Entschieden wird über einzelne Fotos: eines auswählen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: none yet, the photo was not read</source>
        <translation>Noch keine Entscheidung: das Foto ist nicht gelesen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: none of these</source>
        <translation>Entscheidung: keiner davon</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: candidate {rank} confirmed</source>
        <translation>Entscheidung: Kandidat {rank} bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: confirmed, {place}</source>
        <translation>Entscheidung: bestätigt, {place}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: undecided</source>
        <translation>Entscheidung: offen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>of {count} selected photos on {name} alone</source>
        <translation>von {count} ausgewählten Fotos nur über {name}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>There is no candidate {rank}.</source>
        <translation>Es gibt keinen Kandidaten {rank}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirmed: {place}</source>
        <translation>Bestätigt: {place}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>None of these</source>
        <translation>Keiner der Kandidaten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Another coordinate</source>
        <translation>Andere Koordinate</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Latitude, longitude in degrees: 38.7167, -9.1333</source>
        <translation>Breite, Länge in Grad: 38.7167, -9.1333</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>“{text}” is no coordinate: latitude, longitude in degrees.</source>
        <translation>„{text}“ ist keine Koordinate: Breite, Länge in Grad.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Why? This stands in the case and on its reports.</source>
        <translation>Warum? Das steht im Fall und in seinen Berichten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Noted</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>This photo was not read yet: nothing can be decided on it.</source>
        <translation>Dieses Foto wurde noch nicht gelesen: Darüber lässt sich noch nichts entscheiden.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{name}: {words} · Ctrl+Z takes it back</source>
        <translation>{name}: {words} · Strg+Z nimmt es zurück</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} photos are taken together: choose one of them to decide on it.</source>
        <translation>{count} Fotos werden gemeinsam betrachtet: zum Entscheiden eines davon auswählen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Choose a photo first.</source>
        <translation>Zuerst ein Foto auswählen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>There is no verdict to take back.</source>
        <translation>Es gibt keine Entscheidung, die sich zurücknehmen ließe.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{name}: the last verdict was taken back</source>
        <translation>{name}: die letzte Entscheidung wurde zurückgenommen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Not decided</source>
        <translation>Nicht festgehalten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Select two photos or more, with Ctrl or Shift, to take them together.</source>
        <translation>Mindestens zwei Fotos mit Strg oder Umschalt auswählen, um sie gemeinsam zu betrachten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Not taken together</source>
        <translation>Nicht gemeinsam betrachtet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} of them say nothing about the place: {names}</source>
        <translation>{count} davon sagen nichts über den Ort: {names}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>All of them agree.</source>
        <translation>Alle stimmen überein.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} photos taken together</source>
        <translation>{count} Fotos gemeinsam betrachtet</translation>
    </message>
</context>
<context>
    <name>Empty</name>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Drop photographs or folders here</source>
        <translation>Fotos oder Ordner hier ablegen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>They are only read, never changed, and nothing leaves this machine.</source>
        <translation>Sie werden nur gelesen, nie verändert, und nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
</context>
<context>
    <name>Furniture</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Borders as held on the ground: Natural Earth · Cities: GeoNames, CC BY 4.0</source>
        <translation>De-facto-Grenzen: Natural Earth · Städte: GeoNames, CC BY 4.0</translation>
    </message>
</context>
<context>
    <name>GroundsView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/grounds.py"/>
        <source>What the candidate rests on</source>
        <translation>Worauf der Kandidat beruht</translation>
    </message>
</context>
<context>
    <name>Handing</name>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Copied: {text}</source>
        <translation>Kopiert: {text}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Select a candidate first.</source>
        <translation>Zuerst einen Kandidaten auswählen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>{name}, candidate {rank}</source>
        <translation>{name}, Kandidat {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Save as KML</source>
        <translation>Als KML speichern</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Candidate</source>
        <translation>Kandidat</translation>
    </message>
</context>
<context>
    <name>Heat</name>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>Nothing in particular spoke for {rank}.</source>
        <translation>Nichts Bestimmtes spricht für {rank}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>What spoke for {rank} is mostly {where}.</source>
        <translation>Was für {rank} spricht, liegt vor allem {where}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>The edges were cut off and not looked at.</source>
        <translation>Die Ränder wurden abgeschnitten und nicht betrachtet.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top left</source>
        <translation>oben links</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top</source>
        <translation>oben</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top right</source>
        <translation>oben rechts</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>on the left</source>
        <translation>links</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>in the middle</source>
        <translation>in der Mitte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>on the right</source>
        <translation>rechts</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom left</source>
        <translation>unten links</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom</source>
        <translation>unten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom right</source>
        <translation>unten rechts</translation>
    </message>
</context>
<context>
    <name>Installing</name>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located on: {device}</source>
        <translation>Die Fotos werden verortet auf: {device}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located on the CPU, not on the GPU</source>
        <translation>Die Fotos werden auf der CPU verortet, nicht auf der GPU</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located all the same, only slower.</source>
        <translation>Die Fotos werden trotzdem verortet, nur langsamer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Keep to the CPU</source>
        <translation>Bei der CPU bleiben</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Licence of the weights: {licence}</source>
        <translation>Lizenz der Gewichte: {licence}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Pack {pack}</source>
        <translation>Paket {pack}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>To locate photos it is downloaded once ({size} MB) and checked; afterwards no network is needed. On a machine without one, take it from a file that was fetched elsewhere.</source>
        <translation>Um Fotos zu verorten, wird es einmal heruntergeladen ({size} MB) und geprüft; danach ist kein Netz nötig. Auf einem Rechner ohne Netz nehmen Sie es aus einer Datei, die anderswo geholt wurde.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>To locate photos, take it from the file that it came in.</source>
        <translation>Um Fotos zu verorten, nehmen Sie es aus der Datei, in der es kam.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>From file…</source>
        <translation>Aus Datei…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The model is not installed yet</source>
        <translation>Das Modell ist noch nicht installiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The model cannot be loaded</source>
        <translation>Das Modell lässt sich nicht laden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install again</source>
        <translation>Neu installieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install from file</source>
        <translation>Aus Datei installieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Encoders and packs (*.onnx *.whl *.zip);;All files (*)</source>
        <translation>Encoder und Pakete (*.onnx *.whl *.zip);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Installing the model</source>
        <translation>Das Modell wird installiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Downloading</source>
        <translation>Wird heruntergeladen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Copying</source>
        <translation>Wird kopiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Unpacking</source>
        <translation>Wird entpackt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>{done} of {total} MB</source>
        <translation>{done} von {total} MB</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Nothing was changed. Install whenever you like.</source>
        <translation>Nichts wurde geändert. Installieren Sie es, wann Sie möchten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The installation was cancelled</source>
        <translation>Die Installation wurde abgebrochen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Not installed</source>
        <translation>Nicht installiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Prompts are not installed</source>
        <translation>Die Abfrage mit Beschreibungen ist nicht installiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>From the network</source>
        <translation>Aus dem Netz</translation>
    </message>
</context>
<context>
    <name>KeysCard</name>
    <message>
        <location filename="../../pigeon_desktop/ui/keys_card.py"/>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Legend: {meaning}, from 0.1 % to 50 %, on a logarithmic scale</source>
        <translation>Legende: {meaning}, von 0.1 % bis 50 %, logarithmisch</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Drawing the map…</source>
        <translation>Die Karte wird gezeichnet…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Drop to add</source>
        <translation>Zum Hinzufügen ablegen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Pigeon Desktop</source>
        <translation>Pigeon Desktop</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Prompts</source>
        <translation>Beschreibungen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>The chosen photo is shown here.</source>
        <translation>Hier steht das ausgewählte Foto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>The clipboard holds neither a picture nor files. Copy one and paste again.</source>
        <translation>Die Zwischenablage enthält weder ein Bild noch Dateien. Etwas kopieren und noch einmal einfügen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Not pasted</source>
        <translation>Nicht eingefügt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>It cannot be shown.</source>
        <translation>Es lässt sich nicht anzeigen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>It is not there any more.</source>
        <translation>Es ist nicht mehr da.</translation>
    </message>
</context>
<context>
    <name>MapMenu</name>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Copy coordinates</source>
        <translation>Koordinaten kopieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Copy as geo: link</source>
        <translation>Als geo:-Link kopieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Measure from here</source>
        <translation>Von hier aus messen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Confirm the photo here</source>
        <translation>Das Foto hier bestätigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Fit world</source>
        <translation>Ganze Welt zeigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Fit candidates</source>
        <translation>Alle Kandidaten zeigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Save map as picture…</source>
        <translation>Karte als Bild speichern…</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Probability of one cell</source>
        <translation>Wahrscheinlichkeit einer Zelle</translation>
    </message>
</context>
<context>
    <name>MapWords</name>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{rank} {place}, {probability}, within {km} km</source>
        <translation>{rank} {place}, {probability}, im Umkreis von {km} km</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{candidate} (selected)</source>
        <translation>{candidate} (ausgewählt)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Candidates: {list}.</source>
        <translation>Kandidaten: {list}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Coloured by: {meaning}.</source>
        <translation>Eingefärbt nach: {meaning}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{pins} photos confirmed, first candidates of {marks} selected ones</source>
        <translation>{pins} Fotos bestätigt, erste Kandidaten von {marks} ausgewählten</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Recent cases</source>
        <translation>Zuletzt geöffnete Fälle</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Confirm candidate {rank}</source>
        <translation>Kandidat {rank} bestätigen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>On the map, once Tab has led there</source>
        <translation>Auf der Karte, wenn Tab dorthin geführt hat</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Move it</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Nearer, further</source>
        <translation>Näher, weiter weg</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Whole world</source>
        <translation>Ganze Welt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Verdict</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Candidate</source>
        <translation>Kandidat</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Next photo</source>
        <translation>Nächstes Foto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Previous photo</source>
        <translation>Voriges Foto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Try failed photos again</source>
        <translation>Fehlgeschlagene Fotos erneut versuchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>New case…</source>
        <translation>Neuer Fall…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Open case…</source>
        <translation>Fall öffnen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Check the audit chain</source>
        <translation>Prüfkette prüfen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>None of these</source>
        <translation>Keiner davon</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Another coordinate…</source>
        <translation>Andere Koordinate…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Note…</source>
        <translation>Notiz…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Take the last one back</source>
        <translation>Letzte Entscheidung zurücknehmen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Selected photos: one place</source>
        <translation>Ausgewählte Fotos: ein Ort</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Selected photos: one trip</source>
        <translation>Ausgewählte Fotos: eine Reise</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Zoom to the candidate</source>
        <translation>Zum Kandidaten zoomen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy geo: link</source>
        <translation>geo:-Link kopieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy as decimal degrees</source>
        <translation>Als Dezimalgrad kopieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy as degrees, minutes, seconds</source>
        <translation>Als Grad, Minuten, Sekunden kopieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Save as KML…</source>
        <translation>Als KML speichern…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Large photo</source>
        <translation>Foto groß</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Compare with another picture</source>
        <translation>Mit einem anderen Bild vergleichen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Add folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The map is not complete</source>
        <translation>Die Karte ist unvollständig</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>No packs on this machine</source>
        <translation>Keine Pakete auf diesem Rechner</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Install from file…</source>
        <translation>Aus Datei installieren…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>the whole world</source>
        <translation>der ganzen Welt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Searching within {where} as soon as the map is there</source>
        <translation>Gesucht wird in {where}, sobald die Karte da ist</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Search within: not understood</source>
        <translation>Suchgebiet: nicht verstanden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Searching within {where}</source>
        <translation>Suche in {where}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Picture (*.png);;Drawing (*.svg)</source>
        <translation>Bild (*.png);;Zeichnung (*.svg)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Save map</source>
        <translation>Karte speichern</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{path}: is one of the photographs. Choose another name.</source>
        <translation>{path}: ist eines der Fotos. Bitte einen anderen Namen wählen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Written: {path}</source>
        <translation>Geschrieben: {path}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Nothing is located yet: add photos first.</source>
        <translation>Noch ist nichts verortet: zuerst Fotos hinzufügen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not exported</source>
        <translation>Nicht exportiert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Written, with less in it</source>
        <translation>Geschrieben, aber nicht mit allem</translation>
    </message>
</context>
<context>
    <name>PhotoList</name>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Which photos are shown</source>
        <translation>Welche Fotos gezeigt werden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>How the photos are sorted</source>
        <translation>Wie die Fotos sortiert sind</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>As added</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Surest first</source>
        <translation>Sicherste</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>By place</source>
        <translation>Nach Ort</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>By name</source>
        <translation>Nach Name</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Find a name or place</source>
        <translation>Name oder Ort suchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Located</source>
        <translation>Verortet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Can't tell</source>
        <translation>Unbestimmbar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>None of these</source>
        <translation>Keiner davon</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>can't tell</source>
        <translation>nicht bestimmbar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>not located</source>
        <translation>nicht verortet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>none of these</source>
        <translation>keiner davon</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>Not there any more. Add the folder where it is now.</source>
        <translation>Nicht mehr da. Den Ordner hinzufügen, in dem es jetzt liegt.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>located</source>
        <translation>verortet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>undecided</source>
        <translation>nicht entschieden</translation>
    </message>
</context>
<context>
    <name>PhotoView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Selected photo</source>
        <translation>Ausgewähltes Foto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Show what spoke for the candidate, patch by patch: a rough view.</source>
        <translation>Zeigen, was für den Kandidaten spricht, Bildfeld für Bildfeld: eine grobe Ansicht.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Cover part after part of the photo and see how much is lost: takes seconds.</source>
        <translation>Einen Teil des Fotos nach dem anderen abdecken und sehen, wie viel verloren geht: dauert Sekunden.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>What spoke for {rank}?</source>
        <translation>Was spricht für {rank}?</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Stop ({done} of {total})</source>
        <translation>Anhalten ({done} von {total})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Look closer</source>
        <translation>Genauer hinsehen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>nothing in particular spoke for {rank}</source>
        <translation>nichts Bestimmtes spricht für {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>spoke for {rank}, roughly</source>
        <translation>spricht für {rank}, grob</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>spoke for {rank}</source>
        <translation>spricht für {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>cut off: not looked at</source>
        <translation>nicht betrachtet</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <location filename="../../pigeon_desktop/ui/places.py"/>
        <source>at sea</source>
        <translation>auf See</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/places.py"/>
        <source>{km} km from {city}</source>
        <translation>{km} km von {city}</translation>
    </message>
</context>
<context>
    <name>Pointer</name>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>confirmed here</source>
        <translation>hier bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>first candidate of a selected photo</source>
        <translation>erster Kandidat eines ausgewählten Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>{count} photos confirmed here</source>
        <translation>{count} Fotos hier bestätigt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>{count} of the selected photos</source>
        <translation>{count} der ausgewählten Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>within {km} km</source>
        <translation>im Umkreis von {km} km</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>The fastest that works</source>
        <translation>Das schnellste, das funktioniert</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>As the system has it</source>
        <translation>Wie im System eingestellt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>What photographs are located on. A GPU needs its own installation.</source>
        <translation>Worauf Fotos verortet werden. Eine GPU braucht eine eigene Installation.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>0: one for each processor core. Fewer leave more for other programs.</source>
        <translation>0: eines je Prozessorkern. Weniger lassen anderen Programmen mehr übrig.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>At most so many for a photo.</source>
        <translation>Höchstens so viele je Foto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Takes effect when the program is opened again.</source>
        <translation>Gilt, sobald das Programm neu geöffnet wird.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Stands beside your verdicts in the case and on its reports. May be empty.</source>
        <translation>Steht im Fall und in seinen Berichten neben Ihren Entscheidungen. Darf leer bleiben.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Photos at once</source>
        <translation>Fotos gleichzeitig</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Text size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Your name</source>
        <translation>Ihr Name</translation>
    </message>
</context>
<context>
    <name>PromptView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Which captions</source>
        <translation>Welche Beschreibungen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Continents</source>
        <translation>Kontinente</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Parts of the world</source>
        <translation>Teile der Welt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Countries</source>
        <translation>Länder</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Climate</source>
        <translation>Klima</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Side of the road</source>
        <translation>Straßenseite</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Surroundings</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Own captions</source>
        <translation>Eigene Beschreibungen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Add a caption, then Enter:  Sweden</source>
        <translation>Beschreibung, dann Enter:  Sweden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>The name of a place, or what may be seen: “A photo of a rice field.”</source>
        <translation>Der Name eines Ortes oder was zu sehen sein könnte, auf Englisch: „A photo of a rice field.“</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Own caption</source>
        <translation>Eigene Beschreibung</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Captions, likeliest first</source>
        <translation>Beschreibungen, die wahrscheinlichste zuerst</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>‹ Back</source>
        <translation>‹ Zurück</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Look inside</source>
        <translation>Unterteilen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Search within</source>
        <translation>Hier suchen</translation>
    </message>
</context>
<context>
    <name>Reference</name>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Compare with another picture</source>
        <translation>Mit einem anderen Bild vergleichen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Selected photo</source>
        <translation>Gewähltes Foto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Reference picture</source>
        <translation>Vergleichsbild</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Choose picture…</source>
        <translation>Bild wählen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Choose a picture, drop one here, or paste it (Ctrl+V). It is only looked at, not kept.</source>
        <translation>Ein Bild wählen, hierher ziehen oder einfügen (Strg+V). Es wird nur angesehen, nicht behalten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>The clipboard holds neither a picture nor files.</source>
        <translation>In der Zwischenablage ist weder ein Bild noch eine Datei.</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: all of them can be read now</source>
        <translation>{count} noch einmal versucht: alle lassen sich jetzt lesen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: none of them can be read</source>
        <translation>{count} noch einmal versucht: keines lässt sich lesen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: {failed} of them still cannot be read</source>
        <translation>{count} noch einmal versucht: {failed} davon lassen sich weiterhin nicht lesen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>No photo has failed.</source>
        <translation>Kein Foto ist fehlgeschlagen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Trying {count} again…</source>
        <translation>{count} werden noch einmal versucht…</translation>
    </message>
</context>
<context>
    <name>RemedyBar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Add the folder where it is now…</source>
        <translation>Ordner hinzufügen, wo es jetzt ist…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>The photo is not where it was. What was said of it is kept.</source>
        <translation>Das Foto ist nicht mehr, wo es war. Was darüber gesagt wurde, bleibt erhalten.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>The photo is not where it was.</source>
        <translation>Das Foto ist nicht mehr, wo es war.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Try all {count} failed photos again</source>
        <translation>Alle {count} fehlgeschlagenen erneut</translation>
    </message>
</context>
<context>
    <name>Responsible</name>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>A lead, not proof</source>
        <translation>Ein Hinweis, kein Beweis</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Understood</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Pigeon Desktop helps to find out where photographs were taken that are to be verified. Do not use it to find where a private person lives or stays, or on pictures whose maker it could put in danger.</source>
        <translation>Pigeon Desktop hilft herauszufinden, wo Fotos aufgenommen wurden, die überprüft werden sollen. Nutzen Sie es nicht, um herauszufinden, wo eine Privatperson wohnt oder sich aufhält, und nicht für Bilder, deren Urheber dadurch in Gefahr geraten könnte.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>It is often wrong: of {count} photographs at places that it had not seen, the first country was right for {percent} %, and every second first candidate was more than {km} km off.</source>
        <translation>Es irrt sich oft: Bei {count} Fotos von Orten, die es nicht kannte, stimmte das erste Land in {percent} % der Fälle, und jeder zweite erste Kandidat lag mehr als {km} km daneben.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Confirm every answer with sources of another kind before anyone acts on it. A case begins with its purpose: write down what it is for, and who asked.</source>
        <translation>Bestätigen Sie jede Antwort mit Quellen anderer Art, bevor jemand danach handelt. Ein Fall beginnt mit seinem Zweck: Halten Sie fest, wozu er dient und wer gefragt hat.</translation>
    </message>
</context>
<context>
    <name>Said</name>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>The picture fits several parts of the world about equally well (certainty {certainty}, below {least}).</source>
        <translation>Das Bild passt etwa gleich gut zu mehreren Teilen der Welt (Sicherheit {certainty}, unter {least}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Together they fit several parts of the world about equally well (certainty {certainty}, below {least}).</source>
        <translation>Zusammen passen sie etwa gleich gut zu mehreren Teilen der Welt (Sicherheit {certainty}, unter {least}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>"Search within {where}" removed {share} of the probability.</source>
        <translation>Das Suchgebiet „{where}“ hat {share} der Wahrscheinlichkeit ausgeschlossen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{path}: the filter leaves no probability anywhere. Search within more.</source>
        <translation>{path}: Das Suchgebiet lässt nirgends Wahrscheinlichkeit übrig. Bitte weiter fassen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>damaged: part of the picture may be missing or wrong ({damage})</source>
        <translation>beschädigt: ein Teil des Bildes kann fehlen oder falsch sein ({damage})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>orientation: unknown, it may lie on its side (damaged EXIF: {damage})</source>
        <translation>Ausrichtung: unbekannt, das Bild liegt vielleicht auf der Seite (beschädigtes EXIF: {damage})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>colours: may be wrong, for the file does not say how its four inks are stored</source>
        <translation>Farben: vielleicht falsch, denn die Datei sagt nicht, wie ihre vier Druckfarben gespeichert sind</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>small: {width} × {height} pixels show too little for more than a guess</source>
        <translation>klein: {width} × {height} Pixel zeigen zu wenig für mehr als eine Vermutung</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Measured at places not seen before: the first was right for {right} % of photographs (always naming the commonest: {commonest} %).</source>
        <translation>An ungesehenen Orten gemessen: Die erste war bei {right} % der Fotos richtig (stets die häufigste zu nennen: {commonest} %).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Assumed, not found out: all {count} photographs were taken within {km} km of one place.</source>
        <translation>Angenommen, nicht ermittelt: Alle {count} Fotos wurden höchstens {km} km von einem Ort aufgenommen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{count} photographs, {votes} different ones: near-duplicates share one vote.</source>
        <translation>{count} Fotos, davon {votes} verschiedene: Beinahe-Duplikate teilen sich eine Stimme.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>These photographs do not look like one place: the assumption is probably wrong.</source>
        <translation>Diese Fotos sehen nicht nach einem Ort aus: Die Annahme ist wahrscheinlich falsch.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Not in agreement with the others: {names}.</source>
        <translation>Nicht im Einklang mit den anderen: {names}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Confirmed: {place} (candidate {rank}), {at}</source>
        <translation>Bestätigt: {place} (Kandidat {rank}), {at}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Confirmed: {place} (the analyst's own coordinate), {at}</source>
        <translation>Bestätigt: {place} (eigene Koordinate), {at}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Rejected: at none of the candidates</source>
        <translation>Verworfen: an keinem der Kandidaten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>outside what the text tower has seen</source>
        <translation>außerhalb dessen, was das Textmodell gesehen hat</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>not in Latin letters; the text tower learnt from English</source>
        <translation>nicht in lateinischer Schrift; das Textmodell lernte aus dem Englischen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>CUDA was asked for; this build of ONNX Runtime has no CUDA provider: onnxruntime-gpu is not installed.</source>
        <translation>CUDA war gewünscht; dieser Bau von ONNX Runtime hat keinen CUDA-Provider: onnxruntime-gpu ist nicht installiert.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>CoreML was asked for; this build of ONNX Runtime has no CoreML provider: only that for macOS has it.</source>
        <translation>CoreML war gewünscht; dieser Bau von ONNX Runtime hat keinen CoreML-Provider: nur der für macOS hat ihn.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: NVIDIA's driver is not installed ({library} cannot be loaded).</source>
        <translation>{device} ist nicht gestartet: Der Treiber von NVIDIA ist nicht installiert ({library} lässt sich nicht laden).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: {library} cannot be loaded.</source>
        <translation>{device} ist nicht gestartet: {library} lässt sich nicht laden.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: the driver finds no NVIDIA GPU.</source>
        <translation>{device} ist nicht gestartet: Der Treiber findet keine GPU von NVIDIA.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: the driver answers with error {code}.</source>
        <translation>{device} ist nicht gestartet: Der Treiber antwortet mit Fehler {code}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: its libraries and its driver are there, yet it fails.</source>
        <translation>{device} ist nicht gestartet: Bibliotheken und Treiber sind da, und doch schlägt es fehl.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: its libraries and its driver are there, yet it fails ({why}).</source>
        <translation>{device} ist nicht gestartet: Bibliotheken und Treiber sind da, und doch schlägt es fehl ({why}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: ONNX Runtime does not say why.</source>
        <translation>{device} ist nicht gestartet: ONNX Runtime sagt nicht, warum.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: ONNX Runtime says: {why}.</source>
        <translation>{device} ist nicht gestartet, ONNX Runtime sagt: {why}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} fails ({why}). Going on with {other}.</source>
        <translation>{device} versagt ({why}). Es geht weiter mit: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} has failed ({why}). What was found is kept. Run it again; if it fails again, choose the CPU.</source>
        <translation>{device} hat versagt ({why}). Was gefunden wurde, bleibt. Starten Sie es noch einmal; versagt es wieder, wählen Sie die CPU.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>The package onnx is not installed. Install pigeon-desktop[gpu] again. Going on with {other}.</source>
        <translation>Das Paket onnx ist nicht installiert. Installieren Sie pigeon-desktop[gpu] erneut. Es geht weiter mit: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} computes wrong numbers (cosine of {cosines}). Going on with {other}.</source>
        <translation>{device} rechnet falsch (Kosinus von {cosines}). Es geht weiter mit: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>This processor lacks fast exact int8 arithmetic, so the slower one is used.</source>
        <translation>Diesem Prozessor fehlt die schnelle genaue int8-Arithmetik, daher wird die langsamere verwendet.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>tropical zone</source>
        <translation>tropische Zone</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>temperate zone</source>
        <translation>gemäßigte Zone</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>polar zone</source>
        <translation>polare Zone</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>on the left</source>
        <translation>links</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>on the right</source>
        <translation>rechts</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>city centre</source>
        <translation>Stadtzentrum</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>suburb</source>
        <translation>Vorort</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>village</source>
        <translation>Dorf</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>countryside</source>
        <translation>Land</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>wilderness</source>
        <translation>Wildnis</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Africa</source>
        <translation>Afrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Antarctica</source>
        <translation>Antarktis</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Asia</source>
        <translation>Asien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Europe</source>
        <translation>Europa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>North America</source>
        <translation>Nordamerika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Oceania</source>
        <translation>Ozeanien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>South America</source>
        <translation>Südamerika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern Africa</source>
        <translation>Nordafrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Africa</source>
        <translation>Ostafrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Middle Africa</source>
        <translation>Zentralafrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Africa</source>
        <translation>Südliches Afrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Africa</source>
        <translation>Westafrika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Caribbean</source>
        <translation>Karibik</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Central America</source>
        <translation>Mittelamerika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern America</source>
        <translation>Nördliches Amerika</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Central Asia</source>
        <translation>Zentralasien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Asia</source>
        <translation>Ostasien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>South-eastern Asia</source>
        <translation>Südostasien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Asia</source>
        <translation>Südasien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Asia</source>
        <translation>Westasien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Europe</source>
        <translation>Osteuropa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern Europe</source>
        <translation>Nordeuropa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Europe</source>
        <translation>Südeuropa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Europe</source>
        <translation>Westeuropa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Australia and New Zealand</source>
        <translation>Australien und Neuseeland</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Melanesia</source>
        <translation>Melanesien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Micronesia</source>
        <translation>Mikronesien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Polynesia</source>
        <translation>Polynesien</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Continents</source>
        <translation>Kontinente</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Parts of the world</source>
        <translation>Teile der Welt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Countries</source>
        <translation>Länder</translation>
    </message>
</context>
<context>
    <name>ScaleBar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Scale bar: {length}</source>
        <translation>Maßstab: {length}</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <location filename="../../pigeon_desktop/ui/preferences.py"/>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>Spoken</name>
    <message>
        <location filename="../../pigeon_desktop/ui/spoke.py"/>
        <source>The model is not there. See above the map what to do.</source>
        <translation>Das Modell fehlt. Was zu tun ist, steht über der Karte.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/spoke.py"/>
        <source>The model is loading…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Progress of the run</source>
        <translation>Fortschritt des Durchlaufs</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Locate the rest</source>
        <translation>Übrige verorten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>looking only</source>
        <translation>nur Ansicht</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>The case is open for looking only: nothing in it can be changed. Click to open it for writing.</source>
        <translation>Der Fall ist nur zur Ansicht geöffnet: Nichts darin kann geändert werden. Klicken Sie, um ihn zum Schreiben zu öffnen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>On the device</source>
        <translation>Zum Gerät</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Device and pack</source>
        <translation>Gerät und Paket</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Nothing leaves this machine: no connection is opened while photos are located.</source>
        <translation>Nichts verlässt diesen Rechner: Während Fotos verortet werden, wird keine Verbindung geöffnet.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>pausing…</source>
        <translation>hält an…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>loading the model…</source>
        <translation>Modell wird geladen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{rate} photos/s</source>
        <translation>{rate} Fotos/s</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>looking at the photos…</source>
        <translation>Fotos werden betrachtet…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{count} not located</source>
        <translation>{count} nicht verortet</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{count} photos</source>
        <translation>{count} Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>No photos yet</source>
        <translation>Noch keine Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>the model did not load</source>
        <translation>Modell nicht geladen</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>No photo is chosen</source>
        <translation>Kein Foto ausgewählt</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where it may have been taken is listed here.</source>
        <translation>Hier steht, wo es aufgenommen sein kann.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located: the model is not there. See above the map what to do.</source>
        <translation>Nicht verortet: Das Modell fehlt. Was zu tun ist, steht über der Karte.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located yet.</source>
        <translation>Noch nicht verortet.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located: the run was stopped. “Locate the rest” takes it up again.</source>
        <translation>Nicht verortet: Der Durchlauf wurde angehalten. „Übrige verorten“ nimmt ihn wieder auf.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The model is loading; this photo is located as soon as it is there.</source>
        <translation>Das Modell wird geladen; dieses Foto wird verortet, sobald es da ist.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Waiting for its turn.</source>
        <translation>Wartet, bis es an der Reihe ist.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>“Search within” removed {p} of the probability.</source>
        <translation>Das „Suchgebiet“ hat {p} der Wahrscheinlichkeit ausgeschlossen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>What follows is weak.</source>
        <translation>Was folgt, ist schwach.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Can't tell</source>
        <translation>Nicht bestimmbar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where it may be</source>
        <translation>Wo es sein kann</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>A lead, not proof.</source>
        <translation>Ein Hinweis, kein Beweis.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Elsewhere</source>
        <translation>Anderswo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The probability outside all candidates together; it is no place of its own.</source>
        <translation>Die Wahrscheinlichkeit außerhalb aller Kandidaten zusammen; ein eigener Ort ist das nicht.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Why this is one region</source>
        <translation>Warum das eine Region ist</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Geocells: {cells}</source>
        <translation>Geozellen: {cells}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>More is said here when the pack that located it is loaded.</source>
        <translation>Mehr steht hier, wenn das Paket geladen ist, mit dem verortet wurde.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>It is a single geocell: {cell}.</source>
        <translation>Sie ist eine einzige Geozelle: {cell}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{count} geocells around one peak of the probability. Each touches another or faces it over narrow water.</source>
        <translation>{count} Geozellen um einen Gipfel der Wahrscheinlichkeit. Jede berührt eine andere oder liegt ihr über schmalem Wasser gegenüber.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{count} geocells that do not all touch: {groups} groups too near each other to be two answers.</source>
        <translation>{count} Geozellen, die sich nicht alle berühren: {groups} Gruppen, die für getrennte Antworten zu nah beieinanderliegen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>In: {countries}</source>
        <translation>In: {countries}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Likeliest: {cells}</source>
        <translation>Am wahrscheinlichsten: {cells}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Learnt from photographs near</source>
        <translation>Gelernt aus Fotos nahe</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where training photographs lie: no evidence that this one was taken there.</source>
        <translation>Dort liegen Trainingsfotos: kein Beleg dafür, dass dieses Foto dort aufgenommen wurde.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Photographs are known near</source>
        <translation>Fotos sind bekannt nahe</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The geocells were made of photographs there: no evidence that this one was taken there, nor that the model learnt from them.</source>
        <translation>Aus Fotos von dort wurden die Geozellen gebildet: kein Beleg dafür, dass dieses Foto dort aufgenommen wurde oder dass das Modell aus ihnen gelernt hat.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>None within {km} km: this candidate rests on little.</source>
        <translation>Keine innerhalb von {km} km: Dieser Kandidat steht auf schwachen Füßen.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>No others within {km} km: this candidate rests on little.</source>
        <translation>Keine weiteren innerhalb von {km} km: Dieser Kandidat steht auf schwachen Füßen.</translation>
    </message>
</context>
<context>
    <name>ZoomButtons</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Show the whole world</source>
        <translation>Die ganze Welt zeigen</translation>
    </message>
</context>
</TS>
