namespace Weft.Api.Access;

public sealed record AuthInfoDto(string Strategy, SessionInfoDto SessionInfo);

/// <summary>Empty without a login.</summary>
public sealed record SessionInfoDto(string? Username = null, DateTimeOffset? ExpiresOn = null);

/// <summary>Who has logged in, and until when.</summary>
public sealed record LoginDto(string Username, DateTimeOffset ExpiresOn);
