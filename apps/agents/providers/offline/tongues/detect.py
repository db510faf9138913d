"""Which language a customer writes in: the words only one of the three has decide; without any, nothing changes."""

from __future__ import annotations

from enum import StrEnum

from apps.agents.providers.offline.language import fold, words


class Tongue(StrEnum):
    PORTUGUESE = "pt"
    ENGLISH = "en"
    SPANISH = "es"


TELLTALE = {
    Tongue.PORTUGUESE: frozenset(
        """oi oii ola voce voces vc vcs nao sim quero queria qro gostaria marcar amanha hoje hj obrigado obrigada obg
        cabelo fazer tem com uma um meu minha pra pro para noite segunda terca quinta sexta
        preciso posso qual quanto onde voce e na do dos das ate mais boa bom tudo bem
        isso ser for do as dias confirmo fechado beleza vaga tenho estou""".split()
    ),
    Tongue.ENGLISH: frozenset(
        """hello hi there the want would like please how much what when where is are you your book booking
        appointment haircut tomorrow today tonight morning afternoon evening yes yeah yep sure thanks thank can could
        do does have my and with for at on next this that works one first second third last monday tuesday wednesday
        thursday friday saturday sunday need get cancel reschedule change speak talk someone human person anything
        available open close address price cost services beard shave eyebrow eyebrows good great perfect never mind
        forget it not none of them actually later earlier go ahead sounds bye guys trim complain terrible
        january february march april june july august september october november december
        dec sept oct running late minutes
        service parking card cards credit discount give won able come cannot soon possible free am""".split()
    ),
    Tongue.SPANISH: frozenset(
        """hola buenos dias tardes noches quiero quisiera necesito puedes puede puedo podes tienes tienen tiene hay el
        los las un unos con mi cita turno turnos manana hoy ayer lunes martes miercoles jueves viernes gracias
        muchas muchisimas usted ustedes cuanto cuesta cual cuales donde estan quedan abren cierran pelo cejas
        afeitar afeitarme cambiar hablar alguien si acuerdo perfecto bien ninguno ninguna olvidalo dejalo mejor
        prefiero despues noche porfa adios primero descuento tarjeta estacionamiento pasado y del al lo posible
        direccion precio precios servicios hacen es este reclamo pesimo dame ahora voy tengo aceptan clienta
        llegar llego llegare otra otro dos tercera tercero segunda quinta sexta""".split()
    ),
}

# The words of each language that no other one has.
OWN = {
    tongue: own - frozenset[str]().union(*(other for name, other in TELLTALE.items() if name is not tongue))
    for tongue, own in TELLTALE.items()
}

# Letters and marks that give a language away at once.
SIGNS = {Tongue.PORTUGUESE: frozenset("ãõç"), Tongue.SPANISH: frozenset("¿¡ñ")}
SIGN_WEIGHT = 2


def tongue_of(text: str, *, before: Tongue = Tongue.PORTUGUESE) -> Tongue:
    """The language of a message, `before` being that of the ones so far: it takes more to leave it than to stay.

    A borrowed word in a longer message ("corte fade, all right?") doesn't make it foreign.
    """
    said = set(words(fold(text)))
    scores = {
        tongue: len(said & own)
        + SIGN_WEIGHT * bool(SIGNS.get(tongue, frozenset()) & set(text.lower()))
        + (0.5 if tongue is before else 0)
        for tongue, own in OWN.items()
    }
    best = max(scores, key=lambda tongue: scores[tongue])
    is_foreign = best is not Tongue.PORTUGUESE
    is_sure = scores[best] - scores[before] >= 1 or 4 * len(said & OWN[best]) >= len(said) or not is_foreign
    return best if scores[best] > scores[before] and is_sure else before
