from apps.barbearia.models.appointment import Appointment, AppointmentItem, StatusChange
from apps.barbearia.models.catalog import Professional, Service
from apps.barbearia.models.hours import HoursException, OpeningHours

__all__ = [
    "Appointment",
    "AppointmentItem",
    "HoursException",
    "OpeningHours",
    "Professional",
    "Service",
    "StatusChange",
]
