"""The scheduled roads, one readable file each: import_visits, submit, receive."""
