namespace Weft.Api.Access;

public sealed record AuthInfoDto(string Strategy, SessionInfoDto SessionInfo);

/// <summary>Empty without a login.</summary>
public sealed record SessionInfoDto;
