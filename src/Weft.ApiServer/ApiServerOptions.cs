using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.ApiServer.Admission;

namespace Weft.ApiServer;

/// <summary>How one API server is to run. Host fills it; nothing is read from the environment.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Where to listen. Port 0 takes a free one (tests).</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 6443);

    /// <summary>Folder for `objects.db`, `pki/` and `kubeconfig`; created when missing.</summary>
    public required string StateFolder { get; init; }

    /// <summary>ClusterIPs are allocated from here.</summary>
    public IPNetwork ServiceNetwork { get; init; } = new(IPAddress.Parse("127.64.128.0"), 18);

    /// <summary>Called in this order for every write, mutating ones first; each sees the object its predecessor left.</summary>
    public IReadOnlyList<IAdmissionPlugin> MutatingAdmission { get; init; } = [];

    public IReadOnlyList<IAdmissionPlugin> ValidatingAdmission { get; init; } = [];

    /// <summary>Reads container logs; without one, `pods/log` finds no node.</summary>
    public IPodLogSource? PodLogs { get; init; }

    /// <summary>Runs processes in containers; without one, `pods/exec` and `pods/attach` find no node. Port-forward needs only the pod's address.</summary>
    public IPodStreams? PodStreams { get; init; }

    /// <summary>Namespace deletion and garbage collection; off only where a test watches the server alone.</summary>
    internal bool RunControllers { get; init; } = true;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
