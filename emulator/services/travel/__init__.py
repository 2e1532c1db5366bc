"""Travel: trips from calendars, passes, mails and messages, kept and watched (services.md, section 4)."""
