using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Formatting;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// One HTTP request on its way through the proxy and back: what it asked, where it goes, how it went.
/// Belongs to the one task that serves the request.
/// </summary>
internal sealed partial class HttpExchange
{
    private static readonly Dictionary<string, StringValues> NoQuery = [];

    private string _path = "";
    private string? _pathWithoutQuery;
    private Dictionary<string, StringValues>? _query;

    public HttpExchange(HttpContext http, DownstreamConnection connection, IPEndPoint originalDestination, HttpConnectionManagerModel manager, ProxyContext proxy)
    {
        Http = http;
        Proxy = proxy;
        Connection = connection;
        OriginalDestination = originalDestination;
        Manager = manager;
        Config = proxy.Config.Current;
        StartTime = proxy.Time.GetUtcNow();
        StartTimestamp = proxy.Time.GetTimestamp();
        Method = http.Request.Method;
        Protocol = http.Request.Protocol;
        Authority = http.Request.Host.Value ?? "";
        ClientAddress = connection.RemoteAddress;
        Path = RequestLineTarget.PathOf(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
    }

    public HttpContext Http { get; }

    public ProxyContext Proxy { get; }

    public DownstreamConnection Connection { get; }

    /// <summary>Where the client meant to go. Differs from the connection's when one proxy connection carries requests to several hosts.</summary>
    public IPEndPoint OriginalDestination { get; }

    public HttpConnectionManagerModel Manager { get; }

    /// <summary>The configuration that this request sees, from start to end.</summary>
    public ProxyConfig Config { get; }

    public DateTimeOffset StartTime { get; }

    public long StartTimestamp { get; }

    public string Method { get; }

    /// <summary>HTTP/1.1, HTTP/2 or HTTP/1.0.</summary>
    public string Protocol { get; }

    /// <summary>The :path with its query, as it will be sent.</summary>
    public string Path
    {
        get => _path;
        set => (_path, _pathWithoutQuery, _query) = (value, null, null);
    }

    public string PathWithoutQuery => _pathWithoutQuery ??= Path.IndexOf('?') is var mark && mark < 0 ? Path : Path[..mark];

    /// <summary>The parameters of the path's query, decoded.</summary>
    public IReadOnlyDictionary<string, StringValues> Query =>
        _query ??= Path.IndexOf('?') is var mark && mark < 0 ? NoQuery : Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Path[mark..]);

    /// <summary>The path before a rewrite; null when there was none.</summary>
    public string? OriginalPath { get; set; }

    public string Authority { get; set; }

    public IHeaderDictionary RequestHeaders => Http.Request.Headers;

    public IHeaderDictionary ResponseHeaders => Http.Response.Headers;

    public bool IsHttp2 => Protocol == "HTTP/2";

    public bool IsGrpc { get; set; }

    public RouteTable? Routes { get; set; }

    public VirtualHostModel? VirtualHost { get; set; }

    public RouteModel? Route { get; set; }

    public ClusterModel? Cluster { get; set; }

    /// <summary>The cluster's name even when there is no such cluster.</summary>
    public string ClusterName { get; set; } = "";

    /// <summary>The cluster's share of the route that was drawn.</summary>
    public WeightedCluster? ChosenCluster { get; set; }

    /// <summary>Of the route's hash_policy, for consistent hashing; null when there is none or nothing to hash.</summary>
    public ulong? Hash { get; set; }

    /// <summary>A Set-Cookie that the response gets, made by a hash policy.</summary>
    public string? ResponseCookie { get; set; }

    public EndpointModel? Endpoint { get; set; }

    /// <summary>Null where the route has no sessions.</summary>
    public Session? Session { get; set; }

    /// <summary>The pool that carried the request.</summary>
    public UpstreamPool? Upstream { get; set; }

    /// <summary>The connection that carried the response, or would have: knows the peer's certificate. Null before there was one.</summary>
    public UpstreamConnection? UpstreamConnection
    {
        get => field ?? Upstream?.LastConnection;
        set;
    }

    /// <summary>The body on its way upstream; null when there is none.</summary>
    public RequestBody? RequestBody { get; set; }

    /// <summary>ALPN values that istio.alpn wants to be offered upstream; null leaves the cluster's.</summary>
    public AlpnOverrides? AlpnOverrides { get; set; }

    /// <summary>The workload at the other side, once known.</summary>
    public WorkloadIdentity? Peer { get; set; }

    /// <summary>Whether the downstream peer sent its metadata and so expects ours.</summary>
    public bool PeerAsksForMetadata { get; set; }

    /// <summary>What filters left for later ones; made when first asked for by <see cref="WritableMetadata"/>.</summary>
    public DynamicMetadata? Metadata { get; private set; }

    public DynamicMetadata WritableMetadata => Metadata ??= new DynamicMetadata();

    /// <summary>The origin that the CORS filter accepted; null when it had nothing to do.</summary>
    public string? CorsOrigin { get; set; }

    /// <summary>Headers that an authorization service wants on the response.</summary>
    public List<AddedHeader>? AddedResponseHeaders { get; set; }

    /// <summary>Null where tracing is off.</summary>
    public RequestSpan? Span { get; set; }

    /// <summary>Whether the client's proxy named the operation.</summary>
    public bool IsOperationTold { get; set; }

    public RequestTiming Timing { get; } = new();

    public ResponseFlags Flags { get; set; }

    /// <summary>%RESPONSE_CODE_DETAILS%.</summary>
    public string? Details { get; set; }

    public string? UpstreamTransportFailure { get; set; }

    /// <summary>The body of an answer that the proxy gave by itself.</summary>
    public string? LocalReplyBody { get; set; }

    /// <summary>0 while no response has begun.</summary>
    public int ResponseCode { get; set; }

    public string GrpcStatus { get; set; } = "";

    public int Attempts { get; set; }

    /// <summary>The time for a response that the caller asked for by x-envoy-upstream-rq-timeout-ms; null leaves the route's.</summary>
    public TimeSpan? RequestedTimeout { get; set; }

    /// <summary>Whether the route's response headers are to be applied: once the router has it.</summary>
    public bool IsRouted { get; set; }

    /// <summary>Headers of an answer that the proxy gives by itself.</summary>
    public List<KeyValuePair<string, string>>? LocalReplyHeaders { get; set; }

    /// <summary>Whether this answer is the connection's last.</summary>
    public bool ClosesConnection { get; set; }

    public long RequestHeaderBytes { get; set; }

    public long ResponseHeaderBytes { get; set; }

    public long RequestBodyBytes;

    public long ResponseBodyBytes;

    /// <summary>Whether <see cref="ChunkedResponse"/> writes the response's body.</summary>
    public bool ChunksResponse { get; set; }

    /// <summary>What followed the upstream's body.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> ResponseTrailers { get; set; } = [];

    /// <summary>What went upstream, of the latest attempt; null before the first.</summary>
    public OutgoingRequest? Outgoing { get; set; }

    /// <summary>Null when the client speaks no gRPC-Web.</summary>
    public GrpcWebCodec? GrpcWeb { get; set; }

    public GrpcMessageCounter? RequestMessages { get; set; }

    public GrpcMessageCounter? ResponseMessages { get; set; }

    /// <summary>Null where no metrics of messages are kept.</summary>
    public MessageReport? MessageReport { get; set; }

    public string? RequestHeader(string name) => name switch
    {
        ":authority" or "host" or "Host" => Authority,
        ":method" => Method,
        ":path" => Path,
        ":scheme" => Http.Request.Scheme,
        _ => RequestHeaders.TryGetValue(name, out var values) ? values.ToString() : null,
    };

    /// <summary>
    /// Where the request began (Envoy's downstream remote address): who x-forwarded-for says, as far as the connection manager believes it, else the client of the connection.
    /// </summary>
    public IPEndPoint ClientAddress { get; private set; }

    /// <summary>Whether the request began inside: at a private or loopback address (Envoy's default internal_address_config).</summary>
    public bool IsInternal => PrivateNetworks.Contains(ClientAddress.Address);

    /// <summary>Reads who the client is, before the header changes.</summary>
    public void FindClient() => ClientAddress = ForwardedAddress.Of(RequestHeader(HttpHeaderRules.ForwardedFor), Manager) ?? Connection.RemoteAddress;

    /// <summary>Chooses virtual host and route, by what the request is now. Filters that change what routes match on call it again.</summary>
    public void ChooseRoute()
    {
        Routes = Manager.InlineRoutes ?? Config.Routes.GetValueOrDefault(Manager.RouteName);
        VirtualHost = Routes?.HostFor(Authority);
        Route = VirtualHost?.RouteFor(this);
    }

    /// <summary>Whether a connection of this request may change its protocol: the route's word counts before the connection manager's.</summary>
    public bool AllowsUpgrade(string type) =>
        Route?.Action is ForwardAction forward && forward.Upgrades.TryGetValue(type, out var allowed) ? allowed : Manager.UpgradeTypes.Contains(type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets the filters see the response, last filter first. Called once, before the headers leave.</summary>
    public void BeginResponse(int statusCode)
    {
        ResponseCode = statusCode;
        Http.Response.StatusCode = statusCode;
        Timing.ResponseBegun ??= Proxy.Time.GetElapsedTime(StartTimestamp);
        for (var index = Manager.Filters.Length - 1; index >= 0; index--)
        {
            Manager.Filters[index].OnResponse(this);
        }

        RouteHeaders.ApplyAdded(this);
    }
}
