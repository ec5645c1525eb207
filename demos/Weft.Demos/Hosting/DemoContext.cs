using System.Net;

namespace Weft.Demos.Hosting;

/// <summary>What a demo workload gets from the place that runs it: what a container gets from its pod.</summary>
public sealed record DemoContext
{
    /// <summary>The container's environment, references resolved.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The only address the workload may listen on.</summary>
    public required IPAddress ListenAddress { get; init; }

    /// <summary>Opens a TCP connection to a host (a cluster name or an address) and port, through the pod's sidecar where it has one.</summary>
    public required Func<string, int, CancellationToken, ValueTask<Stream>> DialAsync { get; init; }

    /// <summary>Writes one line to the container's standard output.</summary>
    public required Action<string> Log { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The container's <c>command</c>; empty where the image's own is meant.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The container's <c>args</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whom TLS clients of the workload trust.</summary>
    public DemoTrust Trust { get; init; } = DemoTrust.System;

    /// <summary>The value of a variable, or the given default where it is unset or empty.</summary>
    public string Setting(string name, string otherwise = "") =>
        Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : otherwise;

    /// <summary>A whole number from the environment, or the default where it is unset or not a number.</summary>
    public int Number(string name, int otherwise) =>
        int.TryParse(Setting(name), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
