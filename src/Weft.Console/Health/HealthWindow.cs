namespace Weft.Console.Health;

/// <summary>Over which stretch of time health is judged, and up to when; null: up to now.</summary>
public readonly record struct HealthWindow(TimeSpan Length, DateTimeOffset? End);
