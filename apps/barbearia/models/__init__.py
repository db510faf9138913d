from apps.barbearia.models.appointment import Appointment, AppointmentItem, Block, StatusChange
from apps.barbearia.models.catalog import Professional, Service
from apps.barbearia.models.client import ClientNote
from apps.barbearia.models.hours import HoursException, OpeningHours

__all__ = [
    "Appointment",
    "AppointmentItem",
    "Block",
    "ClientNote",
    "HoursException",
    "OpeningHours",
    "Professional",
    "Service",
    "StatusChange",
]
