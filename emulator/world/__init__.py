"""Camera, video, still and built-in scenes; microphone and loudspeaker. No Qt."""
