"""How agents work: seats, phones, pauses, wrap-up, missed offers, and what they are forced or told to."""
