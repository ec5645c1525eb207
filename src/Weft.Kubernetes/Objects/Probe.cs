using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>How the kubelet asks a container whether it is well. Exactly one handler is present.</summary>
public sealed record Probe
{
    public ExecAction? Exec { get; init; }

    public HttpGetAction? HttpGet { get; init; }

    public TcpSocketAction? TcpSocket { get; init; }

    public GrpcAction? Grpc { get; init; }

    public int InitialDelaySeconds { get; init; }

    public int TimeoutSeconds { get; init; }

    public int PeriodSeconds { get; init; }

    public int SuccessThreshold { get; init; }

    public int FailureThreshold { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }
}

public sealed record ExecAction
{
    public ImmutableArray<string> Command { get => field.OrEmpty(); init; }
}

public sealed record HttpGetAction
{
    public string? Path { get; init; }

    public IntOrString? Port { get; init; }

    public string? Host { get; init; }

    public string? Scheme { get; init; }

    public ImmutableArray<HttpHeader> HttpHeaders { get => field.OrEmpty(); init; }
}

public sealed record HttpHeader
{
    public string Name { get => field ?? ""; init; }

    public string Value { get => field ?? ""; init; }
}

public sealed record TcpSocketAction
{
    public IntOrString? Port { get; init; }

    public string? Host { get; init; }
}

public sealed record GrpcAction
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }

    public string? Service { get; init; }
}

public sealed record Lifecycle
{
    public LifecycleHandler? PostStart { get; init; }

    public LifecycleHandler? PreStop { get; init; }

    public string? StopSignal { get; init; }
}

public sealed record LifecycleHandler
{
    public ExecAction? Exec { get; init; }

    public HttpGetAction? HttpGet { get; init; }

    public TcpSocketAction? TcpSocket { get; init; }

    public SleepAction? Sleep { get; init; }
}

public sealed record SleepAction
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Seconds { get; init; }
}
