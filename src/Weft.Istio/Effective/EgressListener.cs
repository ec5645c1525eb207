using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>An entry of a Sidecar's egress list, or what stands for an absent list: where calls are taken, and to which services.</summary>
public sealed class EgressListener
{
    private readonly SidecarEgress? _source;
    private readonly string _namespace;

    private EgressListener(SidecarEgress? source, string @namespace, ImmutableArray<MeshService> exported)
    {
        _source = source;
        _namespace = @namespace;
        Services = HostOwners.Of(source is null ? exported : exported.Where(service => Covers(service.Namespace, service.Host)).Where(HasPort), @namespace);
    }

    private EgressListener(EgressListener before, ImmutableArray<MeshService> services) => (_source, _namespace, Services) = (before._source, before._namespace, services);

    /// <summary>Null for the listener of all ports that no other entry states.</summary>
    public ServiceEntryPort? Port => _source?.Port is { Number: > 0 } port ? port : null;

    /// <summary>The stated address, or the path of a socket; empty when none is stated.</summary>
    public string Bind => _source?.Bind ?? "";

    /// <summary>Connections are not redirected to the proxy: it binds the port itself.</summary>
    public bool IsUncaptured => _source?.CaptureMode == "NONE";

    /// <summary>The services called by it, oldest first; those without the stated port are left out.</summary>
    public ImmutableArray<MeshService> Services { get; }

    internal static EgressListener CatchAll(string @namespace, ImmutableArray<MeshService> exported) => new(null, @namespace, exported);

    internal static EgressListener Of(SidecarEgress source, string @namespace, ImmutableArray<MeshService> exported) => new(source, @namespace, exported);

    /// <summary>The same listener with services that have other endpoints.</summary>
    internal EgressListener After(IReadOnlyDictionary<MeshService, MeshService> replaced) => new(this, ServiceScope.Replace(Services, replaced));

    /// <summary>True when one of its hosts, in its namespace, is listed.</summary>
    public bool Imports(VirtualService virtualService)
    {
        var own = virtualService.Metadata.Namespace ?? "";
        return _source is null || virtualService.Spec.Hosts.Any(host => Covers(own, Hostname.Resolve(host, own)));
    }

    private bool HasPort(MeshService service) =>
        Port is not { } port || PortProtocols.Parse(port.Protocol) == PortProtocol.HttpProxy || service.Port(port.Number) is not null;

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
