"""What happens in a talk: hold, consult, transfer, conference, park, and who listens in."""
