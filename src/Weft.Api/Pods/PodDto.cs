namespace Weft.Api.Pods;

public sealed record PodDto
{
    public required string Name { get; init; }

    public required string CreatedAt { get; init; }

    public required OwnerDto[] CreatedBy { get; init; }

    public required IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required ContainerDto[]? Containers { get; init; }

    public required ContainerDto[]? IstioContainers { get; init; }

    public required ContainerDto[]? IstioInitContainers { get; init; }

    /// <summary>The phase, or why it cannot run.</summary>
    public required string Status { get; init; }

    public required string StatusMessage { get; init; }

    public required string StatusReason { get; init; }

    public required string ServiceAccountName { get; init; }

    public required bool AppLabel { get; init; }

    public required bool VersionLabel { get; init; }

    public string Protocol { get; init; } = "";

    /// <summary>How far the proxy has the control plane's configuration; null when not known.</summary>
    public ProxyStatusDto? ProxyStatus { get; init; }
}

public sealed record OwnerDto(string Name, string Kind);

public sealed record ContainerDto(string Name, string Image, bool IsProxy, bool IsReady, bool IsAmbient);

public sealed record ProxyStatusDto(string Cds, string Eds, string Lds, string Rds);
