using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Listener.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>The filter chains of one destination port; port 0 stands for every port that no service names.</summary>
/// <param name="Bound">The port of a Sidecar's ingress when it has a listener of its own; null for those that share the capturing listener.</param>
internal sealed record InboundPortChains(int Port, ImmutableArray<FilterChain> Chains, bool NeedsTlsInspection, bool NeedsHttpInspection, IngressPort? Bound);

/// <summary>Inbound filter chains by declared protocol and mutual TLS mode.</summary>
internal static class InboundChains
{
    private static readonly string[] s_mutualHttp = ["istio-http/1.0", "istio-http/1.1", "istio-h2"];
    private static readonly string[] s_mutualTcp = ["istio-peer-exchange", "istio"];
    private static readonly string[] s_mutualAny = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];
    private static readonly string[] s_plaintextHttp = ["http/1.1", "h2c"];
    private static readonly string[] s_serverHttpAlpn = ["h2", "http/1.1"];
    private static readonly string[] s_serverTcpAlpn = ["istio-peer-exchange", "h2", "http/1.1"];

    private enum Handling
    {
        MutualHttp,
        PlainHttp,
        MutualTcp,
        PlainTcp,
    }

    /// <summary>First the ports no service names, then those that only a policy names, then the services' ports.</summary>
    public static IEnumerable<InboundPortChains> Of(ProxyView view)
    {
        if (!view.Node.BindsPorts)
        {
            yield return Build(view, Target.PassthroughOf(0), view.Tls.Workload, PortProtocol.Unknown);
            var known = view.IngressPorts.Length > 0 ? view.IngressPorts.Select(port => port.Number).ToHashSet() : [.. view.InboundPorts.Select(port => port.TargetPort)];
            foreach (var port in view.Tls.Ports.Keys.Order().Where(port => !known.Contains(port)))
            {
                yield return Build(view, Target.PassthroughOf(port), view.Tls.OnPort(port), PortProtocol.Unknown);
            }
        }

        foreach (var port in view.IngressPorts)
        {
            yield return Build(view, Target.Of(port, view.Sidecar.Source!.Metadata), view.Tls.OnPort(port.Number), port.Protocol) with { Bound = port.BindsPort ? port : null }; // only a Sidecar states them
        }

        if (view.IngressPorts.Length == 0 && !view.Node.BindsPorts)
        {
            foreach (var port in view.InboundPorts)
            {
                yield return Build(view, Target.Of(port), view.Tls.OnPort(port.TargetPort), port.ServicePort.Protocol);
            }
        }
    }

    private static InboundPortChains Build(ProxyView view, Target target, MutualTlsMode mode, PortProtocol protocol)
    {
        // TLS of the workload's own stands where mutual TLS of the mesh does not.
        var ownTls = mode == MutualTlsMode.Disable ? target.Tls : null;
        var options = ownTls is null ? Options(mode, protocol).ToList() : [new ChainOption(IsHttpWithin(protocol) ? Handling.MutualHttp : Handling.MutualTcp, "tls", [])];
        return new InboundPortChains(
            target.Port,
            [.. options.Select(option => Chain(view, target, option, ownTls))],
            options.Any(option => option.Transport == "tls"),
            options.Any(option => option.Handling == Handling.PlainHttp && option.ApplicationProtocols.Length > 0),
            Bound: null);
    }

    /// <summary>The order matters to readers of the configuration only: chains are chosen by the most specific match.</summary>
    private static IEnumerable<ChainOption> Options(MutualTlsMode mode, PortProtocol protocol) => (mode, Kind(protocol)) switch
    {
        (MutualTlsMode.Disable, 'h') => [new(Handling.PlainHttp, "raw_buffer", [])],
        (MutualTlsMode.Disable, 't') => [new(Handling.PlainTcp, "raw_buffer", [])],
        (MutualTlsMode.Disable, _) => [new(Handling.PlainHttp, "raw_buffer", s_plaintextHttp), new(Handling.PlainTcp, "raw_buffer", [])],
        (MutualTlsMode.Strict, 'h') => [new(Handling.MutualHttp, "tls", [])],
        (MutualTlsMode.Strict, 't') => [new(Handling.MutualTcp, "tls", [])],
        (MutualTlsMode.Strict, _) => [new(Handling.MutualHttp, "tls", s_mutualHttp), new(Handling.MutualTcp, "tls", [])],
        (_, 'h') => [new(Handling.MutualHttp, "tls", s_mutualAny), new(Handling.PlainHttp, "raw_buffer", [])],
        (_, 't') => [new(Handling.MutualTcp, "tls", s_mutualAny), new(Handling.PlainTcp, "tls", []), new(Handling.PlainTcp, "raw_buffer", [])],
        _ =>
        [
            new(Handling.MutualHttp, "tls", s_mutualHttp), new(Handling.PlainHttp, "raw_buffer", s_plaintextHttp),
            new(Handling.MutualTcp, "tls", s_mutualTcp), new(Handling.PlainTcp, "raw_buffer", []), new(Handling.PlainTcp, "tls", []),
        ],
    };

    /// <summary>What TLS protects is HTTP.</summary>
    private static bool IsHttpWithin(PortProtocol protocol) => protocol == PortProtocol.Https || protocol.IsHttp();

    private static char Kind(PortProtocol protocol) => protocol.IsHttp() ? 'h' : protocol.IsTcp() ? 't' : '?';

    private static FilterChain Chain(ProxyView view, Target target, ChainOption option, ServerTlsSettings? ownTls)
    {
        var isHttp = option.Handling is Handling.MutualHttp or Handling.PlainHttp;
        var chain = new FilterChain
        {
            Name = isHttp ? target.HttpChainName : target.TcpChainName,
            FilterChainMatch = new FilterChainMatch { TransportProtocol = option.Transport, ApplicationProtocols = { option.ApplicationProtocols } },
            Filters = { NetworkFilters.MetadataExchange() },
        };
        if (target is { Port: not 0, BindsPort: false })
        {
            chain.FilterChainMatch.DestinationPort = (uint)target.Port;
        }

        if (target.Sidecar is { } sidecar)
        {
            chain.Metadata = EnvoyShapes.IstioMetadata(EnvoyShapes.StructOf(("config", EnvoyShapes.ConfigPath("sidecar", sidecar.Namespace ?? "", sidecar.Name))));
        }

        if (option.Handling is Handling.MutualHttp or Handling.MutualTcp)
        {
            chain.TransportSocket = ownTls is null ? TlsContexts.Downstream(view.Mesh, isHttp ? s_serverHttpAlpn : s_serverTcpAlpn) : TlsContexts.Server(view.Mesh, ownTls, isHttp: true);
        }

        if (isHttp)
        {
            chain.Filters.Add(HttpConnectionManagers.Inbound(view, target.StatPrefix, InboundRoutes.Of(target), target.Protocol));
        }
        else
        {
            chain.Filters.Add(AuthorizationFilters.Network(view));
            chain.Filters.Add(NetworkFilters.Stats(view, TelemetryMode.Server));
            if (target.Protocol == PortProtocol.Mongo)
            {
                chain.Filters.Add(NetworkFilters.Mongo(target.Cluster));
            }

            chain.Filters.Add(NetworkFilters.TcpProxy(view, target.Cluster, TelemetryMode.Server));
        }

        return chain;
    }

    private sealed record ChainOption(Handling Handling, string Transport, string[] ApplicationProtocols);

    /// <summary>Where the connections of a chain go, and by which names.</summary>
    /// <param name="Port">0: any port without chains of its own.</param>
    internal sealed record Target(int Port, string Cluster, string HttpChainName, string TcpChainName, string StatPrefix, string ServiceHost, int ServicePort, PortProtocol Protocol, bool BindsPort = false, ObjectMeta? Sidecar = null, ServerTlsSettings? Tls = null)
    {
        public bool IsGrpc => Protocol is PortProtocol.Grpc or PortProtocol.GrpcWeb;

        public static Target PassthroughOf(int port) => new(
            port, ClusterNames.InboundPassthrough, "virtualInbound-catchall-http", "virtualInbound", $"{ClusterNames.InboundPassthrough};", "", 0, PortProtocol.Unknown);

        /// <summary>No service is named: the Sidecar's name stands for the host.</summary>
        public static Target Of(IngressPort port, ObjectMeta sidecar) => new(
            port.Number, ClusterNames.Inbound(port.Number), port.ListenerName, port.ListenerName, $"inbound_{port.ListenerName};",
            $"{sidecar.Name}.{sidecar.Namespace}", port.Number, port.Protocol, port.BindsPort, sidecar, port.Tls);

        public static Target Of(InboundPort port)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{OutboundListeners.AnyAddress}_{port.TargetPort}");
            return new(
                port.TargetPort, ClusterNames.Inbound(port.TargetPort), name, name, $"inbound_{name};",
                port.Service.Host, port.ServicePort.Number, port.ServicePort.Protocol);
        }
    }
}
