<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>Asking</name>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The map is still loading. Press Enter again in a moment.</source>
        <translation>El mapa aún se está cargando. Pulse Intro de nuevo en un momento.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Not asked</source>
        <translation>No se ha preguntado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Add photographs and choose one: how captions fit it stands here.</source>
        <translation>Añada fotos y elija una: aquí aparece cómo encajan las descripciones.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The model is not there. See above the map what to do.</source>
        <translation>Falta el modelo. Sobre el mapa se indica qué hacer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The model is loading…</source>
        <translation>Cargando el modelo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The map is loading…</source>
        <translation>Cargando el mapa…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>“{caption}”, and what else? </source>
        <translation>«{caption}», ¿y qué más? </translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Type two captions or more: only compared with others does one say anything.</source>
        <translation>Escriba dos descripciones o más: una sola no dice nada si no se compara con otras.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Reading captions: {done} of {total}</source>
        <translation>Leyendo descripciones: {done} de {total}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>The text tower is not on this machine. See above the map what to do.</source>
        <translation>El modelo de texto no está en este equipo. Sobre el mapa se indica qué hacer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Prompts need one thing more: the text tower</source>
        <translation>Para las descripciones falta algo: el modelo de texto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>It is downloaded once and checked. Photographs are located without it.</source>
        <translation>Se descarga una sola vez y se comprueba. Las fotos se localizan también sin él.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Install</source>
        <translation>Instalar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>From file…</source>
        <translation>Desde archivo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Compared with each other; not whether any is true.</source>
        <translation>Comparadas entre sí; no dice si alguna es cierta.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/asking.py"/>
        <source>Probability of the caption</source>
        <translation>Probabilidad de la descripción</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Toolbar</source>
        <translation>Barra de herramientas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add photos</source>
        <translation>Añadir fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add photographs from files</source>
        <translation>Añadir fotos desde archivos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add folder</source>
        <translation>Añadir carpeta</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Add all photographs in a folder</source>
        <translation>Añadir todas las fotos de una carpeta</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Paste a picture or files (Ctrl+V)</source>
        <translation>Pegar una imagen o archivos (Ctrl+V)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Case</source>
        <translation>Caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Cases, and photos taken together</source>
        <translation>Casos, y fotos consideradas en conjunto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>New case…</source>
        <translation>Nuevo caso…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Open case…</source>
        <translation>Abrir caso…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Selected photos: one place</source>
        <translation>Fotos seleccionadas: un lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Selected photos: one trip</source>
        <translation>Fotos seleccionadas: un viaje</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Pack</source>
        <translation>Paquete</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Which model locates</source>
        <translation>Qué modelo localiza</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Search within…  PT,ES  or  38.7,-9.1,200</source>
        <translation>Buscar en…  PT,ES  o  38.7,-9.1,200</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Only look in a part of the world:
codes of countries or regions: PT,ES or US-CA
a box: south,west,north,east
a circle: latitude,longitude,km
or draw on the map: a box with Shift and the mouse, a circle with Ctrl
Press Enter; empty is the whole world.</source>
        <translation>Buscar solo en una parte del mundo:
códigos de países o regiones: PT,ES o US-CA
un rectángulo: sur,oeste,norte,este
un círculo: latitud,longitud,km
o dibujar en el mapa: un rectángulo con Mayús y el ratón, un círculo con Ctrl
Pulse Intro; vacío es el mundo entero.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Search within</source>
        <translation>Área de búsqueda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Clear</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Write a report of what was located</source>
        <translation>Escribir un informe de lo localizado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/bars.py"/>
        <source>Light or dark</source>
        <translation>Claro u oscuro</translation>
    </message>
</context>
<context>
    <name>CandidateModel</name>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>within {km} km</source>
        <translation>radio de {km} km</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>✓ Confirmed</source>
        <translation>✓ Confirmado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>in any other place</source>
        <translation>en cualquier otro lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>Elsewhere</source>
        <translation>En otra parte</translation>
    </message>
</context>
<context>
    <name>CandidatesView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/candidates.py"/>
        <source>Candidates</source>
        <translation>Candidatos</translation>
    </message>
</context>
<context>
    <name>CaseOffers</name>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>New case</source>
        <translation>Nuevo caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>What is this case for, and who asked? This stands in the case and on its reports.</source>
        <translation>¿Para qué es este caso y quién lo ha pedido? Figura en el caso y en sus informes.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>A folder for the case</source>
        <translation>Una carpeta para el caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Open case</source>
        <translation>Abrir caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>not saved as a case</source>
        <translation>no guardado como caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{name} (looking only)</source>
        <translation>{name} (solo consulta)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{name} – Pigeon Desktop</source>
        <translation>{name} – Pigeon Desktop</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Case {name}: {count} photos · {purpose}</source>
        <translation>Caso {name}: {count} fotos · {purpose}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>It was left where it is, and nothing was deleted. This window begins without photos.</source>
        <translation>Se ha dejado donde está y no se ha borrado nada. Esta ventana empieza sin fotos.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>What an earlier window left behind is damaged</source>
        <translation>Lo que dejó una ventana anterior está dañado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not checked</source>
        <translation>No comprobado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case was altered behind the program's back</source>
        <translation>El caso se modificó al margen del programa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{entries} entries, the last one's hash is {head}</source>
        <translation>{entries} entradas; el hash de la última es {head}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The audit chain is sound</source>
        <translation>La cadena de auditoría está íntegra</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Forget these</source>
        <translation>Olvidarlos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Look at it only</source>
        <translation>Solo consultarlo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case is open elsewhere</source>
        <translation>El caso está abierto en otro lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder}: another window or program has it open. Close it there and try again, or look at it meanwhile, without changing anything.</source>
        <translation>{folder}: otra ventana u otro programa lo tiene abierto. Ciérrelo allí e inténtelo de nuevo, o consúltelo mientras tanto sin cambiar nada.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case cannot be changed where it lies</source>
        <translation>El caso no se puede modificar donde está</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder}: the disk, or the folder, cannot be written. Look at the case without changing anything, or copy its folder to where you can write and open the copy.</source>
        <translation>{folder}: no se puede escribir en el disco o en la carpeta. Consulte el caso sin cambiar nada, o copie su carpeta a un lugar donde pueda escribir y abra la copia.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The case cannot be opened</source>
        <translation>No se puede abrir el caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The run has stopped</source>
        <translation>El análisis se ha detenido</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{folder} is not there: {count} photos in it wait. Plug its disk in and go on.</source>
        <translation>{folder} no está disponible: {count} fotos suyas esperan. Conecte el disco y continúe.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Some photos wait</source>
        <translation>Algunas fotos esperan</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not added</source>
        <translation>No añadido</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Some things could not be added</source>
        <translation>Algunos elementos no se pudieron añadir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>No photographs there ({count} other files).</source>
        <translation>Ahí no hay fotos ({count} archivos de otro tipo).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{count} photos, all known already</source>
        <translation>{count} fotos, todas ya conocidas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{count} photos found · {out} hidden or other files left out</source>
        <translation>{count} fotos encontradas · {out} archivos ocultos o de otro tipo omitidos</translation>
    </message>
</context>
<context>
    <name>Casework</name>
    <message>
        <location filename="../../pigeon_desktop/ui/casework.py"/>
        <source>The case is open for looking only. Open it where it can be written, or take another one.</source>
        <translation>El caso está abierto solo para consulta. Ábralo donde se pueda escribir, o elija otro.</translation>
    </message>
</context>
<context>
    <name>Deciding</name>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm {rank}</source>
        <translation>Confirmar {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm</source>
        <translation>Confirmar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirm the selected candidate</source>
        <translation>Confirmar el candidato seleccionado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{action} (key {key})</source>
        <translation>{action} (tecla {key})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdicts are on single photos: choose one.</source>
        <translation>Se decide sobre fotos sueltas: elija una.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: none yet, the photo was not read</source>
        <translation>Sin decisión: la foto aún no se ha leído</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: none of these</source>
        <translation>Decisión: ninguno de estos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: candidate {rank} confirmed</source>
        <translation>Decisión: candidato {rank} confirmado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: confirmed, {place}</source>
        <translation>Decisión: confirmado, {place}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Verdict: undecided</source>
        <translation>Decisión: sin decidir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>of {count} selected photos on {name} alone</source>
        <translation>de {count} fotos seleccionadas, solo sobre {name}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>There is no candidate {rank}.</source>
        <translation>No hay candidato {rank}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Confirmed: {place}</source>
        <translation>Confirmado: {place}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>None of these</source>
        <translation>Ninguno de los candidatos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Undecided</source>
        <translation>Sin decidir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Another coordinate</source>
        <translation>Otra coordenada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Latitude, longitude in degrees: 38.7167, -9.1333</source>
        <translation>Latitud, longitud en grados: 38.7167, -9.1333</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>“{text}” is no coordinate: latitude, longitude in degrees.</source>
        <translation>«{text}» no es una coordenada: latitud, longitud en grados.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Why? This stands in the case and on its reports.</source>
        <translation>¿Por qué? Figura en el caso y en sus informes.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Noted</source>
        <translation>Anotado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>This photo was not read yet: nothing can be decided on it.</source>
        <translation>Esta foto aún no se ha leído: todavía no se puede decidir nada sobre ella.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{name}: {words} · Ctrl+Z takes it back</source>
        <translation>{name}: {words} · Ctrl+Z lo deshace</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} photos are taken together: choose one of them to decide on it.</source>
        <translation>{count} fotos se consideran en conjunto: elija una para decidir sobre ella.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Choose a photo first.</source>
        <translation>Seleccione antes una foto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>There is no verdict to take back.</source>
        <translation>No hay ninguna decisión que deshacer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{name}: the last verdict was taken back</source>
        <translation>{name}: se deshizo la última decisión</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Not decided</source>
        <translation>No se ha registrado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Select two photos or more, with Ctrl or Shift, to take them together.</source>
        <translation>Seleccione dos fotos o más, con Ctrl o Mayús, para considerarlas en conjunto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>Not taken together</source>
        <translation>No consideradas en conjunto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} of them say nothing about the place: {names}</source>
        <translation>{count} de ellas no dicen nada del lugar: {names}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>All of them agree.</source>
        <translation>Todas concuerdan.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/deciding.py"/>
        <source>{count} photos taken together</source>
        <translation>{count} fotos en conjunto</translation>
    </message>
</context>
<context>
    <name>Empty</name>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Drop photographs or folders here</source>
        <translation>Suelte aquí fotos o carpetas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>They are only read, never changed, and nothing leaves this machine.</source>
        <translation>Solo se leen, nunca se modifican, y nada sale de este equipo.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Add photos…</source>
        <translation>Añadir fotos…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Add folder…</source>
        <translation>Añadir carpeta…</translation>
    </message>
</context>
<context>
    <name>Furniture</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Borders as held on the ground: Natural Earth · Cities: GeoNames, CC BY 4.0</source>
        <translation>Fronteras de facto: Natural Earth · Ciudades: GeoNames, CC BY 4.0</translation>
    </message>
</context>
<context>
    <name>GroundsView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/grounds.py"/>
        <source>What the candidate rests on</source>
        <translation>En qué se apoya el candidato</translation>
    </message>
</context>
<context>
    <name>Handing</name>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Copied: {text}</source>
        <translation>Copiado: {text}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Select a candidate first.</source>
        <translation>Seleccione antes un candidato.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>{name}, candidate {rank}</source>
        <translation>{name}, candidato {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Save as KML</source>
        <translation>Guardar como KML</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/handing.py"/>
        <source>Candidate</source>
        <translation>Candidato</translation>
    </message>
</context>
<context>
    <name>Heat</name>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>Nothing in particular spoke for {rank}.</source>
        <translation>Nada en particular apunta a {rank}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>What spoke for {rank} is mostly {where}.</source>
        <translation>Lo que apunta a {rank} está sobre todo {where}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>The edges were cut off and not looked at.</source>
        <translation>Los bordes se recortaron y no se examinaron.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top left</source>
        <translation>arriba a la izquierda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top</source>
        <translation>arriba</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the top right</source>
        <translation>arriba a la derecha</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>on the left</source>
        <translation>a la izquierda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>in the middle</source>
        <translation>en el centro</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>on the right</source>
        <translation>a la derecha</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom left</source>
        <translation>abajo a la izquierda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom</source>
        <translation>abajo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/heat.py"/>
        <source>at the bottom right</source>
        <translation>abajo a la derecha</translation>
    </message>
</context>
<context>
    <name>Installing</name>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Settings…</source>
        <translation>Ajustes…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located on: {device}</source>
        <translation>Las fotos se localizan con: {device}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located on the CPU, not on the GPU</source>
        <translation>Las fotos se localizan con la CPU, no con la GPU</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Photos are located all the same, only slower.</source>
        <translation>Las fotos se localizan de todos modos, solo que más despacio.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Keep to the CPU</source>
        <translation>Seguir con la CPU</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Licence of the weights: {licence}</source>
        <translation>Licencia de los pesos: {licence}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Pack {pack}</source>
        <translation>Paquete {pack}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>To locate photos it is downloaded once ({size} MB) and checked; afterwards no network is needed. On a machine without one, take it from a file that was fetched elsewhere.</source>
        <translation>Para localizar fotos se descarga una vez ({size} MB) y se comprueba; después no hace falta red. En un equipo sin red, tómelo de un archivo obtenido en otro lugar.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>To locate photos, take it from the file that it came in.</source>
        <translation>Para localizar fotos, tómelo del archivo en el que venía.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install</source>
        <translation>Instalar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>From file…</source>
        <translation>Desde archivo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The model is not installed yet</source>
        <translation>El modelo aún no está instalado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The model cannot be loaded</source>
        <translation>No se puede cargar el modelo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install again</source>
        <translation>Reinstalar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Install from file</source>
        <translation>Instalar desde archivo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Encoders and packs (*.onnx *.whl *.zip);;All files (*)</source>
        <translation>Codificadores y paquetes (*.onnx *.whl *.zip);;Todos los archivos (*)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Installing the model</source>
        <translation>Instalando el modelo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Starting…</source>
        <translation>Comenzando…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Downloading</source>
        <translation>Descargando</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Copying</source>
        <translation>Copiando</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Unpacking</source>
        <translation>Descomprimiendo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Checking</source>
        <translation>Comprobando</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>{done} of {total} MB</source>
        <translation>{done} de {total} MB</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Nothing was changed. Install whenever you like.</source>
        <translation>No se ha cambiado nada. Instálelo cuando quiera.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>The installation was cancelled</source>
        <translation>La instalación se ha cancelado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Not installed</source>
        <translation>No instalado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>Prompts are not installed</source>
        <translation>La consulta con descripciones no está instalada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/installing.py"/>
        <source>From the network</source>
        <translation>De la red</translation>
    </message>
</context>
<context>
    <name>KeysCard</name>
    <message>
        <location filename="../../pigeon_desktop/ui/keys_card.py"/>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Legend: {meaning}, from 0.1 % to 50 %, on a logarithmic scale</source>
        <translation>Leyenda: {meaning}, de 0.1 % a 50 %, en escala logarítmica</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Drawing the map…</source>
        <translation>Dibujando el mapa…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Drop to add</source>
        <translation>Suelte para añadir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Pigeon Desktop</source>
        <translation>Pigeon Desktop</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Candidates</source>
        <translation>Candidatos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Prompts</source>
        <translation>Descripciones</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>The chosen photo is shown here.</source>
        <translation>Aquí se muestra la foto seleccionada.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>The clipboard holds neither a picture nor files. Copy one and paste again.</source>
        <translation>El portapapeles no contiene ni una imagen ni archivos. Copie algo y pegue de nuevo.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Not pasted</source>
        <translation>No se ha pegado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>Opening…</source>
        <translation>Abriendo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>It cannot be shown.</source>
        <translation>No se puede mostrar.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/window.py"/>
        <source>It is not there any more.</source>
        <translation>Ya no está ahí.</translation>
    </message>
</context>
<context>
    <name>MapMenu</name>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Map</source>
        <translation>Mapa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Copy coordinates</source>
        <translation>Copiar coordenadas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Copy as geo: link</source>
        <translation>Copiar como enlace geo:</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Measure from here</source>
        <translation>Medir desde aquí</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Confirm the photo here</source>
        <translation>Confirmar la foto aquí</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Fit world</source>
        <translation>Encuadrar el mundo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Fit candidates</source>
        <translation>Encuadrar los candidatos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/menu.py"/>
        <source>Save map as picture…</source>
        <translation>Guardar el mapa como imagen…</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Map</source>
        <translation>Mapa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Probability of one cell</source>
        <translation>Probabilidad de una celda</translation>
    </message>
</context>
<context>
    <name>MapWords</name>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{rank} {place}, {probability}, within {km} km</source>
        <translation>{rank} {place}, {probability}, en un radio de {km} km</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{candidate} (selected)</source>
        <translation>{candidate} (seleccionado)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Candidates: {list}.</source>
        <translation>Candidatos: {list}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Coloured by: {meaning}.</source>
        <translation>Coloreado según: {meaning}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{pins} photos confirmed, first candidates of {marks} selected ones</source>
        <translation>{pins} fotos confirmadas, primeros candidatos de {marks} seleccionadas</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Recent cases</source>
        <translation>Casos recientes</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Confirm candidate {rank}</source>
        <translation>Confirmar el candidato {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>On the map, once Tab has led there</source>
        <translation>En el mapa, una vez que se llega a él con Tab</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Move it</source>
        <translation>Moverlo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Nearer, further</source>
        <translation>Más cerca, más lejos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Whole world</source>
        <translation>El mundo entero</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Case</source>
        <translation>Caso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Verdict</source>
        <translation>Decisión</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Candidate</source>
        <translation>Candidato</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>View</source>
        <translation>Ver</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Add photos…</source>
        <translation>Añadir fotos…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Add folder…</source>
        <translation>Añadir carpeta…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Next photo</source>
        <translation>Foto siguiente</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Previous photo</source>
        <translation>Foto anterior</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Find</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Try failed photos again</source>
        <translation>Reintentar las fotos fallidas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>New case…</source>
        <translation>Nuevo caso…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Open case…</source>
        <translation>Abrir caso…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Check the audit chain</source>
        <translation>Comprobar la cadena de auditoría</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Settings…</source>
        <translation>Ajustes…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>None of these</source>
        <translation>Ninguno de estos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Undecided</source>
        <translation>Sin decidir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Another coordinate…</source>
        <translation>Otra coordenada…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Note…</source>
        <translation>Nota…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Take the last one back</source>
        <translation>Deshacer la última decisión</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Selected photos: one place</source>
        <translation>Fotos seleccionadas: un lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Selected photos: one trip</source>
        <translation>Fotos seleccionadas: un viaje</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Zoom to the candidate</source>
        <translation>Acercar al candidato</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy geo: link</source>
        <translation>Copiar enlace geo:</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy as decimal degrees</source>
        <translation>Copiar en grados decimales</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Copy as degrees, minutes, seconds</source>
        <translation>Copiar en grados, minutos y segundos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Save as KML…</source>
        <translation>Guardar como KML…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Large photo</source>
        <translation>Foto grande</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Compare with another picture</source>
        <translation>Comparar con otra imagen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Light or dark</source>
        <translation>Claro u oscuro</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/actions.py"/>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <location filename="../../pigeon_desktop/ui/notice.py"/>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Add photos</source>
        <translation>Añadir fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Add folder</source>
        <translation>Añadir carpeta</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>The map is not complete</source>
        <translation>El mapa está incompleto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>No packs on this machine</source>
        <translation>No hay paquetes en este equipo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Install from file…</source>
        <translation>Instalar desde archivo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>the whole world</source>
        <translation>el mundo entero</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Searching within {where} as soon as the map is there</source>
        <translation>Se buscará en {where} en cuanto esté el mapa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Search within: not understood</source>
        <translation>Área de búsqueda: no se entiende</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Searching within {where}</source>
        <translation>Buscando en {where}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Picture (*.png);;Drawing (*.svg)</source>
        <translation>Imagen (*.png);;Dibujo (*.svg)</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Save map</source>
        <translation>Guardar el mapa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>{path}: is one of the photographs. Choose another name.</source>
        <translation>{path}: es una de las fotos. Elija otro nombre.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not saved</source>
        <translation>No guardado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Written: {path}</source>
        <translation>Escrito: {path}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Nothing is located yet: add photos first.</source>
        <translation>Aún no se ha localizado nada: añada fotos primero.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Not exported</source>
        <translation>No exportado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/offers.py"/>
        <source>Written, with less in it</source>
        <translation>Escrito, aunque con menos contenido</translation>
    </message>
</context>
<context>
    <name>PhotoList</name>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Which photos are shown</source>
        <translation>Qué fotos se muestran</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>How the photos are sorted</source>
        <translation>Cómo se ordenan las fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>As added</source>
        <translation>Por llegada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Surest first</source>
        <translation>Más seguras</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>By place</source>
        <translation>Por lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>By name</source>
        <translation>Por nombre</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Find a name or place</source>
        <translation>Buscar un nombre o lugar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Clear</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>All</source>
        <translation>Todas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Located</source>
        <translation>Localizadas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Can't tell</source>
        <translation>Indeterminadas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Failed</source>
        <translation>Fallidas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Undecided</source>
        <translation>Sin decidir</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>Confirmed</source>
        <translation>Confirmadas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/list.py"/>
        <source>None of these</source>
        <translation>Ninguno</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>can't tell</source>
        <translation>no determinable</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>failed</source>
        <translation>fallida</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>not located</source>
        <translation>sin localizar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>confirmed</source>
        <translation>confirmada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>none of these</source>
        <translation>ninguno de estos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>Not there any more. Add the folder where it is now.</source>
        <translation>Ya no está ahí. Añada la carpeta donde se encuentra ahora.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>located</source>
        <translation>localizada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/model.py"/>
        <source>undecided</source>
        <translation>sin decidir</translation>
    </message>
</context>
<context>
    <name>PhotoView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Selected photo</source>
        <translation>Foto seleccionada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Show what spoke for the candidate, patch by patch: a rough view.</source>
        <translation>Mostrar qué apunta al candidato, zona por zona: una vista aproximada.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Cover part after part of the photo and see how much is lost: takes seconds.</source>
        <translation>Tapar una parte de la foto tras otra y ver cuánto se pierde: tarda unos segundos.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>What spoke for {rank}?</source>
        <translation>¿Qué apunta a {rank}?</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Stop ({done} of {total})</source>
        <translation>Detener ({done} de {total})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>Look closer</source>
        <translation>Más detalle</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>nothing in particular spoke for {rank}</source>
        <translation>nada en particular apunta a {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>spoke for {rank}, roughly</source>
        <translation>apunta a {rank}, aproximado</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>spoke for {rank}</source>
        <translation>apunta a {rank}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/view.py"/>
        <source>cut off: not looked at</source>
        <translation>no examinado</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <location filename="../../pigeon_desktop/ui/places.py"/>
        <source>at sea</source>
        <translation>en el mar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/places.py"/>
        <source>{km} km from {city}</source>
        <translation>a {km} km de {city}</translation>
    </message>
</context>
<context>
    <name>Pointer</name>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>confirmed here</source>
        <translation>confirmada aquí</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>first candidate of a selected photo</source>
        <translation>primer candidato de una foto seleccionada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>{count} photos confirmed here</source>
        <translation>{count} fotos confirmadas aquí</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>{count} of the selected photos</source>
        <translation>{count} de las fotos seleccionadas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/pointer.py"/>
        <source>within {km} km</source>
        <translation>en un radio de {km} km</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>The fastest that works</source>
        <translation>El más rápido que funcione</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>As the system has it</source>
        <translation>Como en el sistema</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>What photographs are located on. A GPU needs its own installation.</source>
        <translation>Con qué se localizan las fotos. Una GPU requiere su propia instalación.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>0: one for each processor core. Fewer leave more for other programs.</source>
        <translation>0: una por cada núcleo del procesador. Con menos queda más para otros programas.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>At most so many for a photo.</source>
        <translation>Como máximo, tantos por foto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Takes effect when the program is opened again.</source>
        <translation>Surte efecto al abrir de nuevo el programa.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Stands beside your verdicts in the case and on its reports. May be empty.</source>
        <translation>Figura junto a sus decisiones en el caso y en sus informes. Puede quedar vacío.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Photos at once</source>
        <translation>Fotos a la vez</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Candidates</source>
        <translation>Candidatos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/options.py"/>
        <source>Your name</source>
        <translation>Su nombre</translation>
    </message>
</context>
<context>
    <name>PromptView</name>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Which captions</source>
        <translation>Qué descripciones</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Continents</source>
        <translation>Continentes</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Parts of the world</source>
        <translation>Partes del mundo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Countries</source>
        <translation>Países</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Climate</source>
        <translation>Clima</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Side of the road</source>
        <translation>Lado de circulación</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Surroundings</source>
        <translation>Entorno</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Own captions</source>
        <translation>Descripciones propias</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Add a caption, then Enter:  Sweden</source>
        <translation>Añada una descripción e Intro:  Sweden</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>The name of a place, or what may be seen: “A photo of a rice field.”</source>
        <translation>El nombre de un lugar o lo que pueda verse, en inglés: «A photo of a rice field.»</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Own caption</source>
        <translation>Descripción propia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Captions, likeliest first</source>
        <translation>Descripciones, la más probable primero</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>‹ Back</source>
        <translation>‹ Atrás</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Look inside</source>
        <translation>Desglosar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/prompts.py"/>
        <source>Search within</source>
        <translation>Buscar aquí</translation>
    </message>
</context>
<context>
    <name>Reference</name>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Compare with another picture</source>
        <translation>Comparar con otra imagen</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Selected photo</source>
        <translation>Foto seleccionada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Reference picture</source>
        <translation>Imagen de referencia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Choose picture…</source>
        <translation>Elegir imagen…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Choose a picture, drop one here, or paste it (Ctrl+V). It is only looked at, not kept.</source>
        <translation>Elija una imagen, arrástrela aquí o péguela (Ctrl+V). Solo se mira, no se guarda.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Opening…</source>
        <translation>Abriendo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/reference.py"/>
        <source>The clipboard holds neither a picture nor files.</source>
        <translation>El portapapeles no contiene ni una imagen ni archivos.</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: all of them can be read now</source>
        <translation>{count} intentadas de nuevo: ahora todas se pueden leer</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: none of them can be read</source>
        <translation>{count} intentadas de nuevo: ninguna se puede leer</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>{count} tried again: {failed} of them still cannot be read</source>
        <translation>{count} intentadas de nuevo: {failed} de ellas siguen sin poder leerse</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>No photo has failed.</source>
        <translation>Ninguna foto ha fallado.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Trying {count} again…</source>
        <translation>Intentando {count} de nuevo…</translation>
    </message>
</context>
<context>
    <name>RemedyBar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Add the folder where it is now…</source>
        <translation>Añadir su carpeta actual…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>The photo is not where it was. What was said of it is kept.</source>
        <translation>La foto ya no está donde estaba. Lo que se dijo de ella se conserva.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>The photo is not where it was.</source>
        <translation>La foto ya no está donde estaba.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/remedy.py"/>
        <source>Try all {count} failed photos again</source>
        <translation>Reintentar las {count} fotos fallidas</translation>
    </message>
</context>
<context>
    <name>Responsible</name>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>A lead, not proof</source>
        <translation>Un indicio, no una prueba</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Understood</source>
        <translation>Entendido</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Pigeon Desktop helps to find out where photographs were taken that are to be verified. Do not use it to find where a private person lives or stays, or on pictures whose maker it could put in danger.</source>
        <translation>Pigeon Desktop ayuda a averiguar dónde se tomaron las fotos que se quieren verificar. No lo use para averiguar dónde vive o se encuentra un particular, ni con imágenes cuyo autor pudiera correr peligro por ello.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>It is often wrong: of {count} photographs at places that it had not seen, the first country was right for {percent} %, and every second first candidate was more than {km} km off.</source>
        <translation>Se equivoca a menudo: de {count} fotos de lugares que no había visto, acertó el primer país en el {percent} %, y uno de cada dos primeros candidatos quedaba a más de {km} km.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/responsible.py"/>
        <source>Confirm every answer with sources of another kind before anyone acts on it. A case begins with its purpose: write down what it is for, and who asked.</source>
        <translation>Confirme cada respuesta con fuentes de otro tipo antes de que nadie actúe en consecuencia. Un caso empieza por su propósito: anote para qué sirve y quién lo pidió.</translation>
    </message>
</context>
<context>
    <name>Said</name>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>The picture fits several parts of the world about equally well (certainty {certainty}, below {least}).</source>
        <translation>La imagen encaja más o menos igual de bien en varias partes del mundo (certeza {certainty}, por debajo de {least}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Together they fit several parts of the world about equally well (certainty {certainty}, below {least}).</source>
        <translation>En conjunto encajan más o menos igual de bien en varias partes del mundo (certeza {certainty}, por debajo de {least}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>"Search within {where}" removed {share} of the probability.</source>
        <translation>El área de búsqueda «{where}» ha excluido el {share} de la probabilidad.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{path}: the filter leaves no probability anywhere. Search within more.</source>
        <translation>{path}: el área de búsqueda no deja probabilidad en ninguna parte. Amplíela.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>damaged: part of the picture may be missing or wrong ({damage})</source>
        <translation>dañada: parte de la imagen puede faltar o ser errónea ({damage})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>orientation: unknown, it may lie on its side (damaged EXIF: {damage})</source>
        <translation>orientación: desconocida, la imagen puede estar tumbada (EXIF dañado: {damage})</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>colours: may be wrong, for the file does not say how its four inks are stored</source>
        <translation>colores: pueden ser erróneos, pues el archivo no dice cómo están guardadas sus cuatro tintas</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>small: {width} × {height} pixels show too little for more than a guess</source>
        <translation>pequeña: {width} × {height} píxeles muestran demasiado poco para algo más que una conjetura</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Measured at places not seen before: the first was right for {right} % of photographs (always naming the commonest: {commonest} %).</source>
        <translation>Medido en lugares no vistos antes: la primera era correcta en el {right} % de las fotos (nombrando siempre la más frecuente: {commonest} %).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Assumed, not found out: all {count} photographs were taken within {km} km of one place.</source>
        <translation>Supuesto, no averiguado: las {count} fotos se tomaron a no más de {km} km de un mismo lugar.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{count} photographs, {votes} different ones: near-duplicates share one vote.</source>
        <translation>{count} fotos, {votes} distintas: las casi duplicadas comparten un voto.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>These photographs do not look like one place: the assumption is probably wrong.</source>
        <translation>Estas fotos no parecen de un mismo lugar: la suposición es probablemente errónea.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Not in agreement with the others: {names}.</source>
        <translation>No concuerdan con las demás: {names}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Confirmed: {place} (candidate {rank}), {at}</source>
        <translation>Confirmado: {place} (candidato {rank}), {at}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Confirmed: {place} (the analyst's own coordinate), {at}</source>
        <translation>Confirmado: {place} (coordenada propia), {at}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Rejected: at none of the candidates</source>
        <translation>Rechazado: en ninguno de los candidatos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>outside what the text tower has seen</source>
        <translation>fuera de lo que ha visto el modelo de texto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>not in Latin letters; the text tower learnt from English</source>
        <translation>no está en letras latinas; el modelo de texto aprendió del inglés</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>CUDA was asked for; this build of ONNX Runtime has no CUDA provider: onnxruntime-gpu is not installed.</source>
        <translation>Se pidió CUDA; esta compilación de ONNX Runtime no tiene el proveedor CUDA: onnxruntime-gpu no está instalado.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>CoreML was asked for; this build of ONNX Runtime has no CoreML provider: only that for macOS has it.</source>
        <translation>Se pidió CoreML; esta compilación de ONNX Runtime no tiene el proveedor CoreML: solo lo tiene la de macOS.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: NVIDIA's driver is not installed ({library} cannot be loaded).</source>
        <translation>{device} no arrancó: el controlador de NVIDIA no está instalado ({library} no se puede cargar).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: {library} cannot be loaded.</source>
        <translation>{device} no arrancó: {library} no se puede cargar.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: the driver finds no NVIDIA GPU.</source>
        <translation>{device} no arrancó: el controlador no encuentra ninguna GPU de NVIDIA.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: the driver answers with error {code}.</source>
        <translation>{device} no arrancó: el controlador responde con el error {code}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: its libraries and its driver are there, yet it fails.</source>
        <translation>{device} no arrancó: sus bibliotecas y su controlador están, y aun así falla.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: its libraries and its driver are there, yet it fails ({why}).</source>
        <translation>{device} no arrancó: sus bibliotecas y su controlador están, y aun así falla ({why}).</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: ONNX Runtime does not say why.</source>
        <translation>{device} no arrancó: ONNX Runtime no dice por qué.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} did not start: ONNX Runtime says: {why}.</source>
        <translation>{device} no arrancó; ONNX Runtime dice: {why}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} fails ({why}). Going on with {other}.</source>
        <translation>{device} falla ({why}). Se continúa con: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} has failed ({why}). What was found is kept. Run it again; if it fails again, choose the CPU.</source>
        <translation>{device} ha fallado ({why}). Lo encontrado se conserva. Vuelva a ejecutarlo; si falla otra vez, elija la CPU.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>The package onnx is not installed. Install pigeon-desktop[gpu] again. Going on with {other}.</source>
        <translation>El paquete onnx no está instalado. Vuelva a instalar pigeon-desktop[gpu]. Se continúa con: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>{device} computes wrong numbers (cosine of {cosines}). Going on with {other}.</source>
        <translation>{device} calcula mal (coseno de {cosines}). Se continúa con: {other}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>This processor lacks fast exact int8 arithmetic, so the slower one is used.</source>
        <translation>A este procesador le falta la aritmética int8 exacta rápida, así que se usa la más lenta.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>tropical zone</source>
        <translation>zona tropical</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>temperate zone</source>
        <translation>zona templada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>polar zone</source>
        <translation>zona polar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>on the left</source>
        <translation>a la izquierda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>on the right</source>
        <translation>a la derecha</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>city centre</source>
        <translation>centro urbano</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>suburb</source>
        <translation>barrio periférico</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>village</source>
        <translation>pueblo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>countryside</source>
        <translation>campo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>wilderness</source>
        <translation>naturaleza salvaje</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Africa</source>
        <translation>África</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Antarctica</source>
        <translation>Antártida</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Asia</source>
        <translation>Asia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Europe</source>
        <translation>Europa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>North America</source>
        <translation>América del Norte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Oceania</source>
        <translation>Oceanía</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>South America</source>
        <translation>América del Sur</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern Africa</source>
        <translation>África del Norte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Africa</source>
        <translation>África Oriental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Middle Africa</source>
        <translation>África Central</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Africa</source>
        <translation>África Austral</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Africa</source>
        <translation>África Occidental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Caribbean</source>
        <translation>Caribe</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Central America</source>
        <translation>América Central</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern America</source>
        <translation>América Septentrional</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Central Asia</source>
        <translation>Asia Central</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Asia</source>
        <translation>Asia Oriental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>South-eastern Asia</source>
        <translation>Asia Sudoriental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Asia</source>
        <translation>Asia Meridional</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Asia</source>
        <translation>Asia Occidental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Eastern Europe</source>
        <translation>Europa Oriental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Northern Europe</source>
        <translation>Europa Septentrional</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Southern Europe</source>
        <translation>Europa Meridional</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Western Europe</source>
        <translation>Europa Occidental</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Australia and New Zealand</source>
        <translation>Australia y Nueva Zelanda</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Melanesia</source>
        <translation>Melanesia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Micronesia</source>
        <translation>Micronesia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Polynesia</source>
        <translation>Polinesia</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Continents</source>
        <translation>Continentes</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Parts of the world</source>
        <translation>Partes del mundo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/said.py"/>
        <source>Countries</source>
        <translation>Países</translation>
    </message>
</context>
<context>
    <name>ScaleBar</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Scale bar: {length}</source>
        <translation>Escala: {length}</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <location filename="../../pigeon_desktop/ui/preferences.py"/>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
</context>
<context>
    <name>Spoken</name>
    <message>
        <location filename="../../pigeon_desktop/ui/spoke.py"/>
        <source>The model is not there. See above the map what to do.</source>
        <translation>Falta el modelo. Sobre el mapa se indica qué hacer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/spoke.py"/>
        <source>The model is loading…</source>
        <translation>Cargando el modelo…</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Progress of the run</source>
        <translation>Progreso del análisis</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Locate the rest</source>
        <translation>Localizar el resto</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>looking only</source>
        <translation>solo consulta</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>The case is open for looking only: nothing in it can be changed. Click to open it for writing.</source>
        <translation>El caso está abierto solo para consulta: no se puede cambiar nada en él. Haga clic para abrirlo con permiso de escritura.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>On the device</source>
        <translation>Sobre el dispositivo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Device and pack</source>
        <translation>Dispositivo y paquete</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>offline</source>
        <translation>sin conexión</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Nothing leaves this machine: no connection is opened while photos are located.</source>
        <translation>Nada sale de este equipo: mientras se localizan fotos no se abre ninguna conexión.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{done} of {total}</source>
        <translation>{done} de {total}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>pausing…</source>
        <translation>poniendo en pausa…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>loading the model…</source>
        <translation>cargando el modelo…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{rate} photos/s</source>
        <translation>{rate} fotos/s</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{time} left</source>
        <translation>quedan {time}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>looking at the photos…</source>
        <translation>examinando las fotos…</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{count} not located</source>
        <translation>{count} sin localizar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>{count} photos</source>
        <translation>{count} fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>No photos yet</source>
        <translation>Aún no hay fotos</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>no model</source>
        <translation>sin modelo</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/strip.py"/>
        <source>the model did not load</source>
        <translation>el modelo no se cargó</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>No photo is chosen</source>
        <translation>Ninguna foto seleccionada</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where it may have been taken is listed here.</source>
        <translation>Aquí aparece dónde pudo tomarse.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located: the model is not there. See above the map what to do.</source>
        <translation>Sin localizar: falta el modelo. Sobre el mapa se indica qué hacer.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located yet.</source>
        <translation>Aún no localizada.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Not located: the run was stopped. “Locate the rest” takes it up again.</source>
        <translation>Sin localizar: el análisis se detuvo. «Localizar el resto» lo retoma.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The model is loading; this photo is located as soon as it is there.</source>
        <translation>El modelo se está cargando; esta foto se localizará en cuanto esté listo.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Waiting for its turn.</source>
        <translation>Espera su turno.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>“Search within” removed {p} of the probability.</source>
        <translation>El «Área de búsqueda» ha excluido el {p} de la probabilidad.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Failed</source>
        <translation>Error</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>What follows is weak.</source>
        <translation>Lo que sigue es débil.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Can't tell</source>
        <translation>No se puede determinar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where it may be</source>
        <translation>Dónde puede ser</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>A lead, not proof.</source>
        <translation>Un indicio, no una prueba.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Elsewhere</source>
        <translation>En otra parte</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The probability outside all candidates together; it is no place of its own.</source>
        <translation>La probabilidad que queda fuera de todos los candidatos en conjunto; no es un lugar en sí.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Why this is one region</source>
        <translation>Por qué es una sola región</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Geocells: {cells}</source>
        <translation>Geoceldas: {cells}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>More is said here when the pack that located it is loaded.</source>
        <translation>Aquí se dice más cuando está cargado el paquete con el que se localizó.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>It is a single geocell: {cell}.</source>
        <translation>Es una única geocelda: {cell}.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{count} geocells around one peak of the probability. Each touches another or faces it over narrow water.</source>
        <translation>{count} geoceldas en torno a un máximo de la probabilidad. Cada una toca otra o queda frente a ella al otro lado de aguas estrechas.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>{count} geocells that do not all touch: {groups} groups too near each other to be two answers.</source>
        <translation>{count} geoceldas que no se tocan todas: {groups} grupos demasiado próximos para ser respuestas distintas.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>In: {countries}</source>
        <translation>En: {countries}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Likeliest: {cells}</source>
        <translation>Las más probables: {cells}</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Learnt from photographs near</source>
        <translation>Aprendido de fotos cerca de</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Where training photographs lie: no evidence that this one was taken there.</source>
        <translation>Ahí hay fotos de entrenamiento: no prueba que esta se tomara allí.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>Photographs are known near</source>
        <translation>Se conocen fotos cerca de</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>The geocells were made of photographs there: no evidence that this one was taken there, nor that the model learnt from them.</source>
        <translation>Con fotos de ahí se formaron las geoceldas: no prueba que esta se tomara allí, ni que el modelo aprendiera de ellas.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>None within {km} km: this candidate rests on little.</source>
        <translation>Ninguna en {km} km a la redonda: este candidato se apoya en poco.</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/words.py"/>
        <source>No others within {km} km: this candidate rests on little.</source>
        <translation>No hay más en {km} km a la redonda: este candidato se apoya en poco.</translation>
    </message>
</context>
<context>
    <name>ZoomButtons</name>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Zoom in</source>
        <translation>Acercar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Zoom out</source>
        <translation>Alejar</translation>
    </message>
    <message>
        <location filename="../../pigeon_desktop/ui/furniture.py"/>
        <source>Show the whole world</source>
        <translation>Mostrar el mundo entero</translation>
    </message>
</context>
</TS>
