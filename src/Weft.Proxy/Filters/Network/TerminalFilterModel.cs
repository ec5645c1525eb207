using System.Collections.Immutable;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Formatting;
using Weft.Proxy.Routing;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.Filters.Network;

/// <summary>The network filter that ends a chain and answers or forwards.</summary>
internal abstract record TerminalFilterModel
{
    public required string StatPrefix { get; init; }

    public required ImmutableArray<AccessLogModel> AccessLogs { get; init; }
}

/// <summary>envoy.filters.network.tcp_proxy, resolved.</summary>
internal sealed record TcpProxyModel : TerminalFilterModel
{
    /// <summary>One entry for a plain cluster; several for weighted ones.</summary>
    public required WeightedClusters Clusters { get; init; }

    /// <summary>A connection without a byte in either direction for so long is closed (Envoy's default: one hour); zero never.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>A connection that is older is closed (max_downstream_connection_duration); zero never.</summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>Host and port that the upstream, a forward proxy, is asked for by CONNECT before any byte (tunneling_config); null where the upstream itself is meant.</summary>
    public Format? TunnelTarget { get; init; }

    /// <summary>How many endpoints are tried until one takes the connection (max_connect_attempts; Envoy's default: 1).</summary>
    public required uint MaxConnectAttempts { get; init; }

    /// <summary>Consistent hashing goes by the client's address (hash_policy source_ip).</summary>
    public required bool HashesSource { get; init; }
}

/// <summary>envoy.filters.network.http_connection_manager, resolved.</summary>
internal sealed record HttpConnectionManagerModel : TerminalFilterModel
{
    public required bool IsOutbound { get; init; }

    /// <summary>The name of the RDS route configuration; empty when the routes are inline.</summary>
    public required string RouteName { get; init; }

    public required RouteTable? InlineRoutes { get; init; }

    /// <summary>In configured order; the router is last and stands for itself.</summary>
    public required ImmutableArray<HttpFilter> Filters { get; init; }

    /// <summary>The value of the server header (HCM server_name; "envoy" when unset).</summary>
    public required string ServerName { get; init; }

    public required ServerHeaderRule ServerHeader { get; init; }

    public required ClientCertificateForwarding ClientCertificate { get; init; }

    /// <summary>The router adds no x-envoy-* headers of its own (suppress_envoy_headers).</summary>
    public bool HidesRouterHeaders { get; init; }

    public required bool NormalizesPath { get; init; }

    public required bool MergesSlashes { get; init; }

    public required bool AcceptsHttp10 { get; init; }

    public required bool GeneratesRequestId { get; init; }

    /// <summary>preserve_external_request_id: a gateway takes the request id of foreign callers.</summary>
    public bool KeepsRequestId { get; init; }

    /// <summary>always_set_request_id_in_response.</summary>
    public bool AnswersRequestId { get; init; }

    public required bool UsesRemoteAddress { get; init; }

    /// <summary>xff_num_trusted_hops: so many proxies before a gateway are believed.</summary>
    public uint TrustedHops { get; init; }

    /// <summary>append_x_forwarded_port: a gateway tells at which port it was asked.</summary>
    public bool TellsPort { get; init; }

    /// <summary>A request with longer headers is answered 431.</summary>
    public uint MaxHeaderBytes { get; init; } = 60 * 1024;

    /// <summary>Null where tracing is off.</summary>
    public required TracingModel? Tracing { get; init; }

    public required ImmutableArray<string> UpgradeTypes { get; init; }

    /// <summary>A request stream without any byte for so long is ended; zero never (Istio's default).</summary>
    public required TimeSpan StreamIdleTimeout { get; init; }

    /// <summary>Against clients that never come to the point (slow loris); Envoy waits for ever where request_headers_timeout is not set.</summary>
    public static readonly TimeSpan DefaultHeadersTimeout = TimeSpan.FromSeconds(30);

    /// <summary>For the head of a request to come in, once it has begun.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = DefaultHeadersTimeout;

    /// <summary>For the whole request to come in; zero never ends.</summary>
    public TimeSpan RequestTimeout { get; init; }

    /// <summary>For the whole stream; zero never ends.</summary>
    public TimeSpan MaxStreamDuration { get; init; }

    /// <summary>A connection without a request for so long is closed; zero never.</summary>
    public TimeSpan ConnectionIdleTimeout { get; init; }

    public TimeSpan MaxConnectionDuration { get; init; }

    /// <summary>After so many requests a connection is closed; 0 has no limit.</summary>
    public uint MaxRequestsPerConnection { get; init; }

    /// <summary>Whether connections end by more than Kestrel's own keep-alive of one hour, Envoy's default.</summary>
    public bool LimitsConnections =>
        ConnectionIdleTimeout != TimeSpan.FromHours(1) || MaxConnectionDuration > TimeSpan.Zero || MaxRequestsPerConnection > 0;

    public HeadersWithUnderscores Underscores { get; init; }

    public EscapedSlashes EscapedSlashes { get; init; }

    /// <summary>Whether outbound requests tell the server's proxy who asks (a metadata exchange filter stands in the chain).</summary>
    public bool ExchangesPeerMetadata { get; init; }
}

/// <summary>HttpProtocolOptions.headers_with_underscores_action.</summary>
internal enum HeadersWithUnderscores
{
    Allow,
    RejectRequest,
    DropHeader,
}

/// <summary>HttpConnectionManager.path_with_escaped_slashes_action.</summary>
internal enum EscapedSlashes
{
    Default,
    KeepUnchanged,
    RejectRequest,
    UnescapeAndRedirect,
    UnescapeAndForward,
}

/// <summary>HttpConnectionManager.server_header_transformation.</summary>
internal enum ServerHeaderRule
{
    Overwrite,
    AppendIfAbsent,
    PassThrough,
}

/// <summary>HttpConnectionManager.forward_client_cert_details with set_current_client_cert_details.</summary>
internal sealed record ClientCertificateForwarding(ClientCertificateRule Rule, bool Certificate, bool Chain, bool Subject, bool Dns, bool Uri);

/// <summary>What a rule makes of one connection's client certificate.</summary>
internal sealed record ForwardedCertificate(ClientCertificateForwarding Rule, string Text);

internal enum ClientCertificateRule
{
    Sanitize,
    ForwardOnly,
    AppendForward,
    SanitizeSet,
    AlwaysForwardOnly,
}
