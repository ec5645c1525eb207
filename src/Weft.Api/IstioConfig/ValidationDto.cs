using System.Text.Json.Serialization;

namespace Weft.Api.IstioConfig;

/// <summary>What was found wrong with an object. Nothing is checked yet: maps of validations are empty.</summary>
public sealed record ValidationDto(
    string Name, string Namespace, string Cluster, [property: JsonPropertyName("objectGVK")] GroupVersionKindDto ObjectKind, bool Valid, ValidationCheckDto[] Checks, ReferenceDto[]? References);

public sealed record ValidationCheckDto(string Code, string Message, string Severity, string Path);
