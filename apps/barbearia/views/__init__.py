"""The screens of the business: agenda, services, professionals, hours, clients."""
