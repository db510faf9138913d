"""What the offline agent says, in English."""

from __future__ import annotations

REPLIES = {
    "Se for uma emergência, ligue agora para o SAMU: 192. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "If this is an emergency, call the ambulance (SAMU) now: 192. "
        "I've called the team, someone will answer you here."
    ),
    "segunda": "Monday",
    "terça": "Tuesday",
    "quarta": "Wednesday",
    "quinta": "Thursday",
    "sexta": "Friday",
    "sábado": "Saturday",
    "domingo": "Sunday",
    "hoje": "today",
    "amanhã": "tomorrow",
    "Hoje": "Today",
    "Amanhã": "Tomorrow",
    "Na {day}": "On {day}",
    "No {day}": "On {day}",
    "manhã": "morning",
    "tarde": "afternoon",
    "noite": "evening",
    "bom dia": "good morning",
    "boa tarde": "good afternoon",
    "boa noite": "good evening",
    "de manhã": "in the morning",
    "à tarde": "in the afternoon",
    "à noite": "in the evening",
    "ou à tarde": "or in the afternoon",
    "ou à noite": "or in the evening",
    "na hora do almoço": "at lunchtime",
    "no começo da tarde": "early in the afternoon",
    "no fim da tarde": "late in the afternoon",
    "no fim da manhã": "late in the morning",
    "cedo": "early",
    "depois do almoço": "after lunch",
    "antes do almoço": "before lunch",
    "depois das 18:00": "after 6 pm",
    "mais cedo": "earlier",
    "mais tarde": "later",
    "semana que vem": "next week",
    "essa semana": "this week",
    "fim de semana": "the weekend",
    "mês que vem": "next month",
    "o quanto antes": "as soon as possible",
    "às {time}": "at {time}",
    "até as {time}": "until {time}",
    "a partir das {time}": "from {time} on",
    "antes das {time}": "before {time}",
    "entre {start} e {end}": "between {start} and {end}",
    "das {start} às {end}": "from {start} to {end}",
    "{first} a {last}": "{first} to {last}",
    "{first} e {last}": "{first} and {last}",
    "de {first} a {last}": "{first} to {last}",
    "de {stretch}": "{stretch}",
    " e ": " and ",
    " ou ": " or ",
    " com {who}": " with {who}",
    " e mais": " and more",
    "{name} à parte eu não encontrei na nossa lista; o mais próximo que temos é {services}.": (
        "I couldn't find {name} on our list; the nearest we have is {services}."
    ),
    "{services} {day}, às {time} com {who}": "{services} {day}, at {time} with {who}",
    "{services}, {day} às {time}.": "{services}, {day} at {time}.",
    "{service} leva {duration}": "{service} takes {duration}",
    "assistente virtual {of}": "virtual assistant {of}",
    "de {business}": "of {business}",
    "{greeting} Aqui é a {role} 🙂": "{greeting} This is the {role} 🙂",
    "{greeting} Aqui é {agent}, {role} 🙂": "{greeting} This is {agent}, the {role} 🙂",
    "Oi!": "Hi!",
    "Tudo ótimo!": "I'm doing great!",
    "Como posso ajudar?": "How can I help?",
    "Por nada!": "You're welcome!",
    "Até mais!": "See you!",
    "Quando precisar é só chamar 😊": "I'm here whenever you need me 😊",
    "Sem pressa, fico por aqui.": "No rush, I'm here.",
    "Sem pressa! Se quiser, te passo os horários de um dia.": (
        "No rush! If you like, I can tell you the free times of a day."
    ),
    "Claro! Já chamei a equipe, uma pessoa te responde por aqui.": (
        "Of course! I've called the team, someone will answer you here."
    ),
    "Poxa, sinto muito por isso. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "I'm very sorry about that. I've called the team, someone will answer you here."
    ),
    "Certo! Já avisei a equipe, uma pessoa te responde por aqui.": (
        "All right! I've called the team, someone will answer you here."
    ),
    "Ainda não consigo abrir áudio ou vídeo por aqui. Já chamei a equipe, uma pessoa te responde.": (
        "I can't open audio or video here yet. I've called the team, someone will answer you here."
    ),
    "Essa eu também não sei responder. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "I can't answer that one either. I've called the team, someone will answer you here."
    ),
    "Quer que eu chame alguém da equipe?": "Shall I call someone from the team?",
    "Se quiser, é só pedir que eu chamo a equipe.": "If you like, just ask and I'll call the team.",
    "não tenho essa informação aqui": "I don't have that information here",
    "essa eu não peguei": "I didn't catch that",
    "Puxa": "Hmm",
    "Desculpa": "Sorry",
    "Sobre a outra pergunta": "About your other question",
    "Sobre o endereço": "About the address",
    "Sobre o horário de funcionamento": "About the opening hours",
    "Sobre os profissionais": "About the professionals",
    "Sobre os serviços": "About the services",
    "Consigo ver serviços, preços e horários, e marcar, mudar ou cancelar para você.": (
        "I can tell you services, prices and times, and book, move or cancel for you."
    ),
    "Isso eu não consigo fazer por aqui.": "That I can't do here.",
    "Isso eu não posso fazer por aqui; cuido de serviços, preços e dos seus horários.": (
        "That I can't do here; I take care of services, prices and your appointments."
    ),
    "Por aqui eu só cuido dos seus próprios horários.": "Here I only take care of your own appointments.",
    "Sou um sistema automático, e a equipe pode entrar na conversa quando você quiser.": (
        "I'm an automatic system, and the team can join the conversation whenever you like."
    ),
    "Sou {agent}, {role}. Se preferir uma pessoa, é só pedir.": (
        "I'm {agent}, the {role}. If you prefer a person, just ask."
    ),
    "Marco um horário por vez: este primeiro, e os próximos é só pedir.": (
        "I book one appointment at a time: this one first, and just ask for the next ones."
    ),
    "Claro! Que dia e horário você prefere?": "Sure! What day and time would you like?",
    "Acho que não estou te entendendo bem. Já chamei a equipe, uma pessoa te responde por aqui.": (
        "I don't think I'm getting it right. I've called the team, someone will answer you here."
    ),
    "Tudo bem!": "All right!",
    "Continua marcado: {mine}.": "You're still booked: {mine}.",
    "Tudo bem, não marquei nada.": "All right, I booked nothing.",
    "Quer cancelar esse horário?": "Would you like to cancel that appointment?",
    "Troco então para {services}, {day}, às {time} com {who}, {price}. Confirma?": (
        "I'll change it to {services}, {day}, at {time} with {who}, {price}. Shall I confirm?"
    ),
    "Tudo bem! Quando quiser é só chamar.": "All right! I'm here whenever you like.",
    "Tudo bem, fica como está. Quando quiser é só chamar.": "All right, it stays as it is. I'm here whenever you like.",
    "Combinado!": "Great!",
    "Combinado! Qualquer coisa é só chamar.": "Great! I'm here if you need anything.",
    "Combinado, seu horário continua marcado.": "All right, your appointment stands.",
    "Sem problema!": "No problem!",
    "Sem problema! Prefere outro dia ou outro horário?": "No problem! Would another day or another time be better?",
    "Sem problema, não marquei nada. Quer ver outro dia ou outro horário?": (
        "No problem, I haven't booked anything. Would you like to see another day or another time?"
    ),
    "Sem problema, seu horário continua como estava. Quer ver outro dia ou outro horário?": (
        "No problem, your appointment stays as it was. Would you like to see another day or another time?"
    ),
    "Quer ver outro dia ou outro horário?": "Would you like to see another day or another time?",
    "Quer tentar outro dia?": "Would you like to see another day?",
    "Fazemos {services}.": "We do {services}.",
    "Temos {services}.": "We have {services}.",
    "Fazemos sim!": "Yes, we do!",
    "{name} eu não encontrei na nossa lista.": "I couldn't find {name} on our list.",
    "na nossa lista": "on our list",
    "na nossa equipe": "on our team",
    "Não encontrei {name} na nossa equipe. Atendem: {here}. Com quem você prefere?": (
        "I couldn't find {name} on our team. Here are: {here}. Who would you prefer?"
    ),
    "{who} não faz {services}; quem faz é {others}. Com quem você prefere?": (
        "{who} doesn't do {services}; {others} does. Who would you prefer?"
    ),
    "Quem faz é {names}.": "{names} does it.",
    "Quem faz são {names}.": "{names} do it.",
    "Aqui atende {names}.": "{names} works here.",
    "Aqui atendem {names}.": "{names} work here.",
    "Tudo junto, {total}.": "All together, {total}.",
    "Depende do serviço.": "It depends on the service.",
    "Desconto eu não consigo dar por aqui, os valores são os da tabela.": (
        "I can't give discounts here, the prices are those on the list."
    ),
    "Desconto eu não consigo dar por aqui: {service} é {price}.": "I can't give discounts here: {service} is {price}.",
    "Vamos um de cada vez: primeiro este, depois vemos o outro.": "One at a time: this one first, then the other.",
    "Vejo {first} primeiro; se preferir {other}, é só dizer.": (
        "Looking at {first} first; if you prefer {other}, just say so."
    ),
    "Agora é só me dizer de novo o outro pedido.": "Now just tell me the other one again.",
    "Marco um horário por vez: vamos a um, depois vemos o outro.": (
        "I book one at a time: let's do one, then the other."
    ),
    "Estamos em {address}.": "We are at {address}.",
    "Abrimos {hours}.": "We are open {hours}.",
    "Normalmente abrimos {hours}. Para feriado, me diz o dia que eu confiro.": (
        "Normally we are open {hours}. For a holiday, tell me the day and I'll check."
    ),
    "A agenda de {who} eu vejo na hora de marcar.": "I'll see {who}'s agenda when booking.",
    "{label}, não abrimos.": "{label}, we are closed.",
    "{label} não abrimos.": "{label} we are closed.",
    "{label}, abrimos {hours}.": "{label}, we are open {hours}.",
    "Hoje estamos abertos, {hours}.": "Today we are open, {hours}.",
    "Hoje já fechamos.": "Today we have already closed.",
    "Hoje já fechamos; abrimos {hours}.": "Today we have already closed; we are open {hours}.",
    "{when} estamos fechados (abrimos {hours}).": "{when} we are closed (we are open {hours}).",
    "{when} já está tudo ocupado{who}.": "{when} everything is taken{who}.",
    "{when} já passou.": "{when} has already passed.",
    "{when} não tenho horário livre.": "{when} I have nothing free.",
    "{when} não tenho mais horário{who}.": "{when} I have nothing left{who}.",
    "Boa!": "Great!",
    "Claro!": "Of course!",
    "Certo, {when}.": "All right, {when}.",
    "Qual serviço você quer?": "Which service would you like?",
    "Qual você quer?": "Which would you like?",
    "Qual deles: {options}?": "Which of them: {options}?",
    "Boa! Qual deles: {options}?": "Great! Which one: {options}?",
    "É só me dizer o número: {options}?": "Just tell me the number: {options}?",
    "Temos isto em português: “{text}”": "I have this in Portuguese: “{text}”",
    "Os horários de {day} são: {options}.": "The times on {day} are: {options}.",
    "Seu horário já é esse: {day}, às {time} com {who}.": "Your time already is {day}, at {time} with {who}.",
    "Nesse horário {who} não está livre.": "{who} is not free then.",
    "Para que dia você quer?": "What day would you like?",
    "Para que dia você quer {time}?": "What day would you like, {time}?",
    "Para que dia você quer mudar?": "What day would you like to move it to?",
    "Prefere {parts}?": "Do you prefer {parts}?",
    "E para {day}, {parts}?": "And for {day}, {parts}?",
    "E qual serviço você quer?": "And which service would you like?",
    "E para que dia você quer?": "And what day would you like?",
    "Quer marcar um horário?": "Would you like to book a time?",
    "Quer marcar um?": "Would you like to book one?",
    "Ainda não tenho os serviços cadastrados aqui para marcar.": "I don't have the services here yet to book.",
    "{what}, {when}. Tenho: {options}.": "{what}, {when}. I have: {options}.",
    "{what}, {when}. Tenho só: {options}.": "{what}, {when}. I only have: {options}.",
    "Tenho: {options}.": "I have: {options}.",
    "O mais perto que tenho: {options}.": "The nearest I have: {options}.",
    "Serve para você?": "Does that work for you?",
    "Qual fica melhor?": "Which one suits you best?",
    "Serve?": "Does it work?",
    "Qual prefere?": "Which do you prefer?",
    "Algum serve?": "Does any of them work?",
    "Tenho {options}. Qual prefere?": "I have {options}. Which do you prefer?",
    "E dos horários de {day}: {options}.": "And of the times on {day}: {options}.",
    "E dos horários: {options}.": "And of the times: {options}.",
    "Fechado então: {services}, {day} às {time} com {who}, {price}. Posso confirmar?": (
        "Great: {services}, {day} at {time} with {who}, {price}. Shall I confirm?"
    ),
    "Troco então para {day}, às {time} com {who}. Confirma?": (
        "I'll move it to {day}, at {time} with {who}. Shall I confirm?"
    ),
    "Cancelo então {services}, {day} às {time} com {who}. Confirma?": (
        "I'll cancel {services}, {day} at {time} with {who}. Shall I confirm?"
    ),
    "Tenho sim!": "Yes, I do!",
    "{day}, às {time} {who} está livre.": "{day}, at {time} {who} is free.",
    "Confirmo?": "Shall I confirm?",
    "E confirmo {services}, {day} às {time} com {who}?": "And shall I confirm {services}, {day} at {time} with {who}?",
    "E troco para {day} às {time} com {who}?": "And shall I move it to {day} at {time} with {who}?",
    "E cancelo mesmo {services}, {day} às {time} com {who}?": (
        "And shall I really cancel {services}, {day} at {time} with {who}?"
    ),
    "Poxa, esse horário acabou de ser ocupado.": "Oh, that time has just been taken.",
    "Não consegui fazer isso agora.": "I couldn't do that now.",
    "Marcado": "Booked",
    "Remarcado": "Moved",
    "Cancelado": "Cancelled",
    "Se precisar mudar, é só me chamar por aqui.": "If you need to change it, just write to me here.",
    "Quando quiser marcar de novo é só chamar.": "Whenever you want to book again, just write to me.",
    "O horário das {time} foi liberado.": "The {time} slot is free again.",
    "O horário de {day} foi liberado.": "Your slot of {day} is free again.",
    "Você tem {mine}.": "You have {mine}.",
    "Você tem {mine}. {day},{period} tenho: {options}. {question}": (
        "You have {mine}. {day},{period} I have: {options}. {question}"
    ),
    "Não achei nenhum horário marcado para você.": "I found no appointment of yours.",
    "Não achei nenhum horário marcado para você, então não há o que cancelar.": (
        "I found no appointment of yours, so there is nothing to cancel."
    ),
    "Não achei horário seu {when}.": "I found no appointment of yours {when}.",
    "Qual horário você quer cancelar?": "Which appointment do you want to cancel?",
    "Qual deles?": "Which of them?",
    "É esse?": "Is that the one?",
    "O dia mais perto em que abrimos é {day}, {hours}.": "The nearest day we are open is {day}, {hours}.",
    "{who} atende {day}, {hours}.": "{who} works {day}, {hours}.",
    "{who} não atende {day}.": "{who} doesn't work {day}.",
    "Nesse dia atendem {names}.": "On that day you can see {names}.",
    "{who} atende {hours}.": "{who} works {hours}.",
    "{when} não dá tempo: {services}, e fechamos às {time}.": (
        "{when} there isn't time enough: {services}, and we close at {time}."
    ),
    "{when} ainda não dá para marcar: a agenda está aberta até {day}.": (
        "{when} can't be booked yet: our agenda is open until {day}."
    ),
    "O dia {day} não existe.": "There is no {day}.",
    "Dia {day} é {weekday}. É {first} ou {second}?": "{day} is a {weekday}. Do you mean {first} or {second}?",
    "Temos {people}. Com quem você prefere?": "We have {people}. Who would you prefer?",
    "É {first} ou {second}?": "Do you mean {first} or {second}?",
    "{what}, {when}. O último horário livre: {options}.": "{what}, {when}. The last free time: {options}.",
    "{what}, {when}. O primeiro horário livre: {options}.": "{what}, {when}. The first free time: {options}.",
}
