"""A developer's machine: set-up, private servers, the processes of `make run`. Production never imports it."""
