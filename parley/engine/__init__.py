"""DO: owns live state and time; makes decisions durable, tells the screens, has commands carried out."""
