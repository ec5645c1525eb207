namespace Weft.Api.Errors;

/// <summary>Kiali's error body.</summary>
public sealed record ErrorDto(string Error);
