using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.Mesh;
using Weft.Istio.Security;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>What a workload accepts on a port.</summary>
public enum MutualTlsMode
{
    Disable,
    Permissive,
    Strict,
}

/// <summary>
/// The PeerAuthentication that applies to a workload: its own, else its namespace's, else the mesh's, else PERMISSIVE; the oldest of a level wins,
/// and UNSET inherits from the next level.
/// </summary>
public sealed class EffectiveTls
{
    private readonly MutualTlsMode _workload;
    private readonly ImmutableDictionary<int, MutualTlsMode> _ports;

    private EffectiveTls(MutualTlsMode workload, ImmutableDictionary<int, MutualTlsMode> ports, ImmutableArray<PeerAuthentication> policies)
    {
        _workload = workload;
        _ports = ports;
        Policies = policies;
    }

    /// <summary>Where no policy names the port.</summary>
    public MutualTlsMode Workload => _workload;

    /// <summary>The policies that were looked at, from the workload's own to the mesh's; those behind one that states a mode have no say.</summary>
    public ImmutableArray<PeerAuthentication> Policies { get; }

    /// <summary>The ports that have a mode of their own.</summary>
    public ImmutableDictionary<int, MutualTlsMode> Ports => _ports;

    public static EffectiveTls For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var ownPolicy = @namespace == snapshot.Mesh.RootNamespace ? null : In(snapshot, @namespace)
            .FirstOrDefault(policy => policy.Spec.Selector.IsStated() && policy.Spec.Selector.Selects(labels));
        var inherited = OfNamespace(snapshot, @namespace);
        var workload = Mode(ownPolicy?.Spec.Mtls?.Mode) ?? inherited;
        var ports = ImmutableDictionary<int, MutualTlsMode>.Empty;
        foreach (var (port, mtls) in ownPolicy?.Spec.PortLevelMtls ?? ImmutableDictionary<string, MutualTlsSettings>.Empty)
        {
            if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                ports = ports.SetItem(number, Mode(mtls.Mode) ?? workload);
            }
        }

        PeerAuthentication?[] policies = [ownPolicy, NamespaceWide(snapshot, @namespace), @namespace == snapshot.Mesh.RootNamespace ? null : NamespaceWide(snapshot, snapshot.Mesh.RootNamespace)];
        return new EffectiveTls(workload, ports, [.. policies.OfType<PeerAuthentication>()]);
    }

    /// <summary>What a client infers when it does not know the workload: the namespace's and the mesh's policy only.</summary>
    public static MutualTlsMode OfNamespace(MeshSnapshot snapshot, string @namespace) =>
        Mode(NamespaceWide(snapshot, @namespace)?.Spec.Mtls?.Mode) ?? Mode(NamespaceWide(snapshot, snapshot.Mesh.RootNamespace)?.Spec.Mtls?.Mode) ?? MutualTlsMode.Permissive;

    public MutualTlsMode OnPort(int port) => _ports.TryGetValue(port, out var mode) ? mode : _workload;

    private static PeerAuthentication? NamespaceWide(MeshSnapshot snapshot, string @namespace) => In(snapshot, @namespace).FirstOrDefault(policy => !policy.Spec.Selector.IsStated());

    private static IEnumerable<PeerAuthentication> In(MeshSnapshot snapshot, string @namespace) =>
        snapshot.Objects.PeerAuthentications.Where(policy => policy.Metadata.Namespace == @namespace);

    private static MutualTlsMode? Mode(string? mode) => mode switch
    {
        "DISABLE" => MutualTlsMode.Disable,
        "PERMISSIVE" => MutualTlsMode.Permissive,
        "STRICT" => MutualTlsMode.Strict,
        _ => null,
    };
}
