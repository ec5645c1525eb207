using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>An entry of a Sidecar's egress list, or what stands for an absent list: where calls are taken, and to which services.</summary>
public sealed class EgressListener
{
    private const string UnixScheme = "unix://";

    private readonly SidecarEgress? _source;
    private readonly string _namespace;

    /// <summary>As the registry has them.</summary>
    private readonly ImmutableArray<MeshService> _listed;

    private EgressListener(SidecarEgress? source, string @namespace, ImmutableArray<MeshService> exported)
    {
        _source = source;
        _namespace = @namespace;
        _listed = HostOwners.Of(source is null ? exported : exported.Where(service => Covers(service.Namespace, service.Host) && HasPort(service)), @namespace);
        Services = Trimmed();
    }

    private EgressListener(EgressListener before, ImmutableArray<MeshService> listed)
    {
        (_source, _namespace, _listed) = (before._source, before._namespace, listed);
        Services = Trimmed();
    }

    /// <summary>Null for the listener of all ports that no other entry states. Its number is 0 at a socket.</summary>
    public ServiceEntryPort? Port => _source?.Port is { } port && (port.Number > 0 || IsSocket) ? port : null;

    /// <summary>It is a Unix domain socket, whose path it binds.</summary>
    public bool IsSocket => Bind.StartsWith(UnixScheme, StringComparison.Ordinal);

    /// <summary>Clients use it as a proxy: they state hosts and ports of their own.</summary>
    public bool IsHttpProxy => Port is { } port && PortProtocols.Parse(port.Protocol) == PortProtocol.HttpProxy;

    /// <summary>The stated address, or the path of a socket; empty when none is stated.</summary>
    public string Bind => _source?.Bind ?? "";

    /// <summary>Connections are not redirected to the proxy: it binds the port itself.</summary>
    public bool IsUncaptured => _source?.CaptureMode == "NONE" || IsSocket;

    /// <summary>The services called by it, oldest first; with the stated port alone, where one is stated. Those without it are left out.</summary>
    public ImmutableArray<MeshService> Services { get; }

    internal static EgressListener CatchAll(string @namespace, ImmutableArray<MeshService> exported) => new(null, @namespace, exported);

    internal static EgressListener Of(SidecarEgress source, string @namespace, ImmutableArray<MeshService> exported) => new(source, @namespace, exported);

    /// <summary>The same listener with services that have other endpoints.</summary>
    internal EgressListener After(IReadOnlyDictionary<MeshService, MeshService> replaced) => new(this, ServiceScope.Replace(_listed, replaced));

    /// <summary>The service, as the registry has it, is among its hosts.</summary>
    internal bool Lists(MeshService service) => _listed.Contains(service, ReferenceEqualityComparer.Instance);

    /// <summary>Connections to a service's port are taken here: any without a stated port, and by a proxy for HTTP.</summary>
    internal bool Serves(MeshServicePort port) => ServedPort is not { } served || served == port.Number;

    /// <summary>True when one of its hosts, in its namespace, is listed.</summary>
    public bool Imports(VirtualService virtualService)
    {
        var own = virtualService.Metadata.Namespace ?? "";
        return _source is null || virtualService.Spec.Hosts.Any(host => Covers(own, Hostname.Resolve(host, own)));
    }

    private int? ServedPort => Port is { Number: > 0 } port && !IsHttpProxy ? port.Number : null;

    private bool HasPort(MeshService service) => ServedPort is not { } port || service.Port(port) is not null;

    private ImmutableArray<MeshService> Trimmed() => ServedPort is { } port
        ? [.. _listed.Select(service => service.Ports.Length == 1 ? service : service with { Ports = [.. service.Ports.Where(each => each.Number == port)] })]
        : _listed;

    private bool Covers(string @namespace, string host) => _source!.Hosts.Any(entry => Covers(entry, @namespace, host)) // called only with a source
        && !_source.Hosts.Any(entry => entry.StartsWith('~') && entry.Length > 2 && !entry.StartsWith("~/", StringComparison.Ordinal) && Covers(entry[1..], @namespace, host));

    private bool Covers(string entry, string @namespace, string host)
    {
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var ofNamespace = slash < 0 ? "*" : entry[..slash];
        return !ofNamespace.StartsWith('~')
            && (ofNamespace == "*" || (ofNamespace == "." ? _namespace : ofNamespace) == @namespace)
            && Hostname.IsSubsetOf(host, entry[(slash + 1)..]);
    }
}
