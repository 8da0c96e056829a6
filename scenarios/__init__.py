"""The trainer's desk: timelines that are rehearsed, played and scored."""
