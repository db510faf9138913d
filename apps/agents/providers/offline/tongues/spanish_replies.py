"""What the offline agent says, in Spanish."""

from __future__ import annotations

REPLIES = {
    "Se for uma emergência, ligue agora para o SAMU: 192. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "Si es una emergencia, llama ahora a la ambulancia (SAMU): 192. "
        "Ya avisé al equipo, una persona te responde por aquí."
    ),
    "segunda": "lunes",
    "terça": "martes",
    "quarta": "miércoles",
    "quinta": "jueves",
    "sexta": "viernes",
    "sábado": "sábado",
    "domingo": "domingo",
    "hoje": "hoy",
    "amanhã": "mañana",
    "Hoje": "Hoy",
    "Amanhã": "Mañana",
    "Na {day}": "El {day}",
    "No {day}": "El {day}",
    "manhã": "mañana",
    "tarde": "tarde",
    "noite": "noche",
    "bom dia": "buenos días",
    "boa tarde": "buenas tardes",
    "boa noite": "buenas noches",
    "de manhã": "por la mañana",
    "à tarde": "por la tarde",
    "à noite": "por la noche",
    "ou à tarde": "o por la tarde",
    "ou à noite": "o por la noche",
    "na hora do almoço": "al mediodía",
    "no começo da tarde": "a primera hora de la tarde",
    "no fim da tarde": "al final de la tarde",
    "no fim da manhã": "al final de la mañana",
    "cedo": "temprano",
    "depois do almoço": "después del almuerzo",
    "antes do almoço": "antes del almuerzo",
    "depois das 18:00": "después de las 18:00",
    "mais cedo": "más temprano",
    "mais tarde": "más tarde",
    "semana que vem": "la semana que viene",
    "essa semana": "esta semana",
    "fim de semana": "el fin de semana",
    "mês que vem": "el mes que viene",
    "o quanto antes": "lo antes posible",
    "às {time}": "a las {time}",
    "até as {time}": "hasta las {time}",
    "a partir das {time}": "a partir de las {time}",
    "antes das {time}": "antes de las {time}",
    "entre {start} e {end}": "entre las {start} y las {end}",
    "das {start} às {end}": "de {start} a {end}",
    "{first} a {last}": "{first} a {last}",
    "{first} e {last}": "{first} y {last}",
    "de {first} a {last}": "de {first} a {last}",
    "de {stretch}": "del {stretch}",
    " e ": " y ",
    " ou ": " o ",
    " com {who}": " con {who}",
    " e mais": " y más",
    "{services} {day}, às {time} com {who}": "{services} {day}, a las {time} con {who}",
    "{services}, {day} às {time}.": "{services}, {day} a las {time}.",
    "{service} leva {duration}": "{service} lleva {duration}",
    "assistente virtual {of}": "asistente virtual {of}",
    "de {business}": "de {business}",
    "{greeting} Aqui é a {role} 🙂": "{greeting} Soy la {role} 🙂",
    "{greeting} Aqui é {agent}, {role} 🙂": "{greeting} Soy {agent}, {role} 🙂",
    "Oi!": "¡Hola!",
    "Tudo ótimo!": "¡Todo muy bien!",
    "Como posso ajudar?": "¿En qué puedo ayudarte?",
    "Por nada!": "¡De nada!",
    "Até mais!": "¡Hasta luego!",
    "Quando precisar é só chamar 😊": "Cuando necesites, aquí estoy 😊",
    "Sem pressa, fico por aqui.": "Sin apuro, aquí estoy.",
    "Sem pressa! Se quiser, te passo os horários de um dia.": "¡Sin apuro! Si quieres, te paso los horarios de un día.",
    "Claro! Já chamei a equipe, uma pessoa te responde por aqui.": (
        "¡Claro! Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Poxa, sinto muito por isso. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "Lo siento mucho. Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Certo! Já avisei a equipe, uma pessoa te responde por aqui.": (
        "¡Bien! Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Ainda não consigo abrir áudio ou vídeo por aqui. Já chamei a equipe, uma pessoa te responde.": (
        "Todavía no puedo abrir audios o videos por aquí. Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Essa eu também não sei responder. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "Eso tampoco lo sé. Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Quer que eu chame alguém da equipe?": "¿Quieres que llame a alguien del equipo?",
    "Se quiser, é só pedir que eu chamo a equipe.": "Si quieres, pídemelo y llamo al equipo.",
    "não tenho essa informação aqui": "no tengo esa información aquí",
    "essa eu não peguei": "eso no lo entendí",
    "Puxa": "Vaya",
    "Desculpa": "Perdona",
    "Sobre a outra pergunta": "Sobre la otra pregunta",
    "Sobre o endereço": "Sobre la dirección",
    "Sobre o horário de funcionamento": "Sobre el horario de atención",
    "Sobre os profissionais": "Sobre los profesionales",
    "Sobre os serviços": "Sobre los servicios",
    "Consigo ver serviços, preços e horários, e marcar, mudar ou cancelar para você.": (
        "Puedo ver servicios, precios y horarios, y reservar, cambiar o cancelar por ti."
    ),
    "Isso eu não consigo fazer por aqui.": "Eso no lo puedo hacer por aquí.",
    "Isso eu não posso fazer por aqui; cuido de serviços, preços e dos seus horários.": (
        "Eso no lo puedo hacer por aquí; me ocupo de servicios, precios y tus citas."
    ),
    "Por aqui eu só cuido dos seus próprios horários.": "Por aquí solo me ocupo de tus propias citas.",
    "Sou um sistema automático, e a equipe pode entrar na conversa quando você quiser.": (
        "Soy un sistema automático, y el equipo puede entrar en la conversación cuando quieras."
    ),
    "Sou {agent}, {role}. Se preferir uma pessoa, é só pedir.": (
        "Soy {agent}, {role}. Si prefieres una persona, solo pídelo."
    ),
    "Marco um horário por vez: este primeiro, e os próximos é só pedir.": (
        "Reservo una cita a la vez: primero esta, y las siguientes me las pides."
    ),
    "Claro! Que dia e horário você prefere?": "¡Claro! ¿Qué día y qué hora prefieres?",
    "Acho que não estou te entendendo bem. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "Creo que no te estoy entendiendo bien. Ya avisé al equipo, una persona te responde por aquí."
    ),
    "Tudo bem!": "¡Está bien!",
    "Continua marcado: {mine}.": "Sigue reservado: {mine}.",
    "Tudo bem, não marquei nada.": "Está bien, no reservé nada.",
    "Quer cancelar esse horário?": "¿Quieres cancelar esa cita?",
    "Troco então para {services}, {day}, às {time} com {who}, {price}. Confirma?": (
        "La cambio entonces a {services}, {day}, a las {time} con {who}, {price}. ¿Confirmo?"
    ),
    "Tudo bem! Quando quiser é só chamar.": "¡Está bien! Cuando quieras, aquí estoy.",
    "Tudo bem, fica como está. Quando quiser é só chamar.": "Está bien, queda como está. Cuando quieras, aquí estoy.",
    "Combinado!": "¡Perfecto!",
    "Combinado! Qualquer coisa é só chamar.": "¡Perfecto! Cualquier cosa, aquí estoy.",
    "Combinado, seu horário continua marcado.": "De acuerdo, tu cita sigue en pie.",
    "Sem problema!": "¡Sin problema!",
    "Sem problema! Prefere outro dia ou outro horário?": "¡Sin problema! ¿Prefieres otro día u otro horario?",
    "Sem problema, não marquei nada. Quer ver outro dia ou outro horário?": (
        "Sin problema, no reservé nada. ¿Quieres ver otro día u otro horario?"
    ),
    "Sem problema, seu horário continua como estava. Quer ver outro dia ou outro horário?": (
        "Sin problema, tu cita sigue como estaba. ¿Quieres ver otro día u otro horario?"
    ),
    "Quer ver outro dia ou outro horário?": "¿Quieres ver otro día u otro horario?",
    "Quer tentar outro dia?": "¿Quieres ver otro día?",
    "Fazemos {services}.": "Hacemos {services}.",
    "Temos {services}.": "Tenemos {services}.",
    "Fazemos sim!": "¡Sí, hacemos!",
    "{name} à parte eu não encontrei na nossa lista; o mais próximo que temos é {services}.": (
        "{name} aparte no lo encontré en nuestra lista; lo más parecido que tenemos es {services}."
    ),
    "{name} eu não encontrei na nossa lista.": "{name} no lo encontré en nuestra lista.",
    "na nossa lista": "en nuestra lista",
    "na nossa equipe": "en nuestro equipo",
    "Não encontrei {name} na nossa equipe. Atendem: {here}. Com quem você prefere?": (
        "No encontré a {name} en nuestro equipo. Atienden: {here}. ¿Con quién prefieres?"
    ),
    "{who} não faz {services}; quem faz é {others}. Com quem você prefere?": (
        "{who} no hace {services}; lo hace {others}. ¿Con quién prefieres?"
    ),
    "Quem faz é {names}.": "Lo hace {names}.",
    "Quem faz são {names}.": "Lo hacen {names}.",
    "Aqui atende {names}.": "Aquí atiende {names}.",
    "Aqui atendem {names}.": "Aquí atienden {names}.",
    "Tudo junto, {total}.": "Todo junto, {total}.",
    "Depende do serviço.": "Depende del servicio.",
    "Desconto eu não consigo dar por aqui, os valores são os da tabela.": (
        "Descuentos no puedo dar por aquí, los precios son los de la lista."
    ),
    "Desconto eu não consigo dar por aqui: {service} é {price}.": (
        "Descuentos no puedo dar por aquí: {service} es {price}."
    ),
    "Vamos um de cada vez: primeiro este, depois vemos o outro.": "Vamos de uno en uno: primero este, luego el otro.",
    "Vejo {first} primeiro; se preferir {other}, é só dizer.": (
        "Veo {first} primero; si prefieres {other}, solo dilo."
    ),
    "Agora é só me dizer de novo o outro pedido.": "Ahora solo dime otra vez el otro pedido.",
    "Marco um horário por vez: vamos a um, depois vemos o outro.": (
        "Reservo una cita a la vez: vamos con una y después vemos la otra."
    ),
    "Estamos em {address}.": "Estamos en {address}.",
    "Abrimos {hours}.": "Abrimos {hours}.",
    "Normalmente abrimos {hours}. Para feriado, me diz o dia que eu confiro.": (
        "Normalmente abrimos {hours}. Para un feriado, dime el día y lo reviso."
    ),
    "A agenda de {who} eu vejo na hora de marcar.": "La agenda de {who} la veo al reservar.",
    "{label}, não abrimos.": "{label}, no abrimos.",
    "{label} não abrimos.": "{label} no abrimos.",
    "{label}, abrimos {hours}.": "{label}, abrimos {hours}.",
    "Hoje estamos abertos, {hours}.": "Hoy estamos abiertos, {hours}.",
    "Hoje já fechamos.": "Hoy ya cerramos.",
    "Hoje já fechamos; abrimos {hours}.": "Hoy ya cerramos; abrimos {hours}.",
    "{when} estamos fechados (abrimos {hours}).": "{when} estamos cerrados (abrimos {hours}).",
    "{when} já está tudo ocupado{who}.": "{when} ya está todo ocupado{who}.",
    "{when} já passou.": "{when} ya pasó.",
    "{when} não tenho horário livre.": "{when} no tengo horario libre.",
    "{when} não tenho mais horário{who}.": "{when} ya no tengo horario{who}.",
    "Boa!": "¡Genial!",
    "Claro!": "¡Claro!",
    "Certo, {when}.": "Bien, {when}.",
    "Qual serviço você quer?": "¿Qué servicio quieres?",
    "Qual você quer?": "¿Cuál quieres?",
    "Qual deles: {options}?": "¿Cuál de ellos: {options}?",
    "Boa! Qual deles: {options}?": "¡Genial! ¿Cuál: {options}?",
    "É só me dizer o número: {options}?": "Dime el número: ¿{options}?",
    "Temos isto em português: “{text}”": "Lo tengo en portugués: “{text}”",
    "Os horários de {day} são: {options}.": "Los horarios de {day} son: {options}.",
    "Seu horário já é esse: {day}, às {time} com {who}.": "Tu horario ya es ese: {day}, a las {time} con {who}.",
    "Nesse horário {who} não está livre.": "A esa hora {who} no está libre.",
    "Para que dia você quer?": "¿Para qué día quieres?",
    "Para que dia você quer {time}?": "¿Para qué día quieres, {time}?",
    "Para que dia você quer mudar?": "¿Para qué día la quieres cambiar?",
    "Prefere {parts}?": "¿Prefieres {parts}?",
    "E para {day}, {parts}?": "Y para {day}, ¿{parts}?",
    "E qual serviço você quer?": "¿Y qué servicio quieres?",
    "E para que dia você quer?": "¿Y para qué día quieres?",
    "Quer marcar um horário?": "¿Quieres reservar un horario?",
    "Quer marcar um?": "¿Quieres reservar una?",
    "Ainda não tenho os serviços cadastrados aqui para marcar.": "Todavía no tengo aquí los servicios para reservar.",
    "{what}, {when}. Tenho: {options}.": "{what}, {when}. Tengo: {options}.",
    "{what}, {when}. Tenho só: {options}.": "{what}, {when}. Solo tengo: {options}.",
    "Tenho: {options}.": "Tengo: {options}.",
    "O mais perto que tenho: {options}.": "Lo más cerca que tengo: {options}.",
    "Serve para você?": "¿Te sirve?",
    "Qual fica melhor?": "¿Cuál te queda mejor?",
    "Serve?": "¿Te sirve?",
    "Qual prefere?": "¿Cuál prefieres?",
    "Algum serve?": "¿Alguno te sirve?",
    "Tenho {options}. Qual prefere?": "Tengo {options}. ¿Cuál prefieres?",
    "E dos horários de {day}: {options}.": "Y de los horarios de {day}: {options}.",
    "E dos horários: {options}.": "Y de los horarios: {options}.",
    "Fechado então: {services}, {day} às {time} com {who}, {price}. Posso confirmar?": (
        "Perfecto: {services}, {day} a las {time} con {who}, {price}. ¿Confirmo?"
    ),
    "Troco então para {day}, às {time} com {who}. Confirma?": (
        "La cambio entonces para {day}, a las {time} con {who}. ¿Confirmo?"
    ),
    "Cancelo então {services}, {day} às {time} com {who}. Confirma?": (
        "Cancelo entonces {services}, {day} a las {time} con {who}. ¿Confirmo?"
    ),
    "Tenho sim!": "¡Sí, tengo!",
    "{day}, às {time} {who} está livre.": "{day}, a las {time} {who} está libre.",
    "Confirmo?": "¿Confirmo?",
    "E confirmo {services}, {day} às {time} com {who}?": "¿Y confirmo {services}, {day} a las {time} con {who}?",
    "E troco para {day} às {time} com {who}?": "¿Y la cambio para {day} a las {time} con {who}?",
    "E cancelo mesmo {services}, {day} às {time} com {who}?": "¿Y cancelo {services}, {day} a las {time} con {who}?",
    "Poxa, esse horário acabou de ser ocupado.": "Vaya, ese horario se acaba de ocupar.",
    "Não consegui fazer isso agora.": "No pude hacer eso ahora.",
    "Marcado": "Reservado",
    "Remarcado": "Reprogramado",
    "Cancelado": "Cancelado",
    "Se precisar mudar, é só me chamar por aqui.": "Si necesitas cambiarla, escríbeme por aquí.",
    "Quando quiser marcar de novo é só chamar.": "Cuando quieras reservar de nuevo, escríbeme.",
    "O horário das {time} foi liberado.": "El horario de las {time} quedó libre.",
    "O horário de {day} foi liberado.": "El horario de {day} quedó libre.",
    "Você tem {mine}.": "Tienes {mine}.",
    "Você tem {mine}. {day},{period} tenho: {options}. {question}": (
        "Tienes {mine}. {day},{period} tengo: {options}. {question}"
    ),
    "Não achei nenhum horário marcado para você.": "No encontré ninguna cita tuya.",
    "Não achei nenhum horário marcado para você, então não há o que cancelar.": (
        "No encontré ninguna cita tuya, así que no hay nada que cancelar."
    ),
    "Não achei horário seu {when}.": "No encontré cita tuya {when}.",
    "Qual horário você quer cancelar?": "¿Qué cita quieres cancelar?",
    "Qual deles?": "¿Cuál de ellas?",
    "É esse?": "¿Es esa?",
    "O dia mais perto em que abrimos é {day}, {hours}.": "El día más cercano en que abrimos es {day}, {hours}.",
    "{who} atende {day}, {hours}.": "{who} atiende {day}, {hours}.",
    "{who} não atende {day}.": "{who} no atiende {day}.",
    "Nesse dia atendem {names}.": "Ese día atienden {names}.",
    "{who} atende {hours}.": "{who} atiende {hours}.",
    "{when} não dá tempo: {services}, e fechamos às {time}.": (
        "{when} no da tiempo: {services}, y cerramos a las {time}."
    ),
    "{when} ainda não dá para marcar: a agenda está aberta até {day}.": (
        "{when} todavía no se puede reservar: la agenda está abierta hasta el {day}."
    ),
    "O dia {day} não existe.": "El día {day} no existe.",
    "Dia {day} é {weekday}. É {first} ou {second}?": "El {day} es {weekday}. ¿Es el {first} o el {second}?",
    "Temos {people}. Com quem você prefere?": "Tenemos a {people}. ¿Con quién prefieres?",
    "É {first} ou {second}?": "¿Es el {first} o el {second}?",
    "{what}, {when}. O último horário livre: {options}.": "{what}, {when}. El último horario libre: {options}.",
    "{what}, {when}. O primeiro horário livre: {options}.": "{what}, {when}. El primer horario libre: {options}.",
}
