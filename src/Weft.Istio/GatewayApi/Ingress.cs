using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.GatewayApi;

/// <summary>Kubernetes' Ingress.</summary>
public sealed record Ingress : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "Ingress"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public IngressSpec Spec { get => field ?? new(); init; }
}

public sealed record IngressSpec
{
    public string? IngressClassName { get; init; }

    public ImmutableArray<IngressTls> Tls { get => field.OrEmpty(); init; }

    public ImmutableArray<IngressRule> Rules { get => field.OrEmpty(); init; }
}

public sealed record IngressTls
{
    public ImmutableArray<string> Hosts { get => field.OrEmpty(); init; }

    public string? SecretName { get; init; }
}

public sealed record IngressRule
{
    public string? Host { get; init; }

    public IngressHttp? Http { get; init; }
}

public sealed record IngressHttp
{
    public ImmutableArray<IngressPath> Paths { get => field.OrEmpty(); init; }
}

public sealed record IngressPath
{
    public string? Path { get; init; }

    /// <summary>Exact, Prefix or ImplementationSpecific.</summary>
    public string? PathType { get; init; }

    public IngressBackend Backend { get => field ?? new(); init; }
}

public sealed record IngressBackend
{
    public IngressServiceBackend? Service { get; init; }
}

public sealed record IngressServiceBackend
{
    public string Name { get => field ?? ""; init; }

    public IngressServicePort Port { get => field ?? new(); init; }
}

/// <summary>By number, or by the name of the Service's port.</summary>
public sealed record IngressServicePort
{
    public int Number { get; init; }

    public string? Name { get; init; }
}

/// <summary>Kubernetes' IngressClass: which controller serves Ingresses of it.</summary>
public sealed record IngressClass : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.k8s.io/v1"; init; }

    public string Kind { get => field ?? "IngressClass"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public IngressClassSpec Spec { get => field ?? new(); init; }
}

public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
}
