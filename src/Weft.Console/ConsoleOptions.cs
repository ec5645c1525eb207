using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Console.Health;
using Weft.Console.Proxies;
using Weft.Console.Settings;
using Weft.Console.Traces;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Console;

/// <summary>What a console looks at. Clients stay the caller's, who disposes them after the console has ended.</summary>
public sealed record ConsoleOptions
{
    public const string DefaultCluster = "Kubernetes";

    public required KubeClient Kubernetes { get; init; }

    public required PrometheusClient Prometheus { get; init; }

    /// <summary>The tracing backend; the mesh has none when null.</summary>
    public TracingOptions? Tracing { get; init; }

    /// <summary>The cluster's name in Istio's metric labels.</summary>
    public string Cluster { get; init; } = DefaultCluster;

    public string ControlPlaneNamespace { get; init; } = "istio-system";

    /// <summary>How proxies and control planes are asked; null: at their pods' addresses.</summary>
    public IPodHttp? Pods { get; init; }

    /// <summary>The console shows and never changes: no rights are offered to anybody.</summary>
    public bool ViewOnly { get; init; } = true;

    /// <summary>The program's version, shown on the status page.</summary>
    public required string Version { get; init; }

    public HealthConfig Health { get; init; } = HealthConfig.Default;

    /// <summary>What the user has configured beyond what is named here.</summary>
    public ConsoleSettings Settings { get; init; } = ConsoleSettings.Default;

    /// <summary>Asks the servers of dashboards that <see cref="Settings"/> names; needed only with one of them.</summary>
    public HttpClient? Outside { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
