using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weft.Proxy.Clusters;
using Weft.Proxy.Filters.Http;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// One HTTP request on its way through the proxy and back: what it asked, where it goes, how it went.
/// Belongs to the one task that serves the request.
/// </summary>
internal sealed class HttpExchange
{
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
        Path = RawPath(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
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
    public string Path { get; set; }

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

    /// <summary>Of the route's hash_policy, for consistent hashing (<see cref="LoadBalancing.XxHash64"/>); null when there is none or nothing to hash.</summary>
    public ulong? Hash { get; set; }

    public EndpointModel? Endpoint { get; set; }

    /// <summary>The pool that carried the request; knows the peer's certificate.</summary>
    public UpstreamPool? Upstream { get; set; }

    /// <summary>The body on its way upstream; null when there is none.</summary>
    public RequestBody? RequestBody { get; set; }

    /// <summary>ALPN values that istio.alpn wants to be offered upstream; null leaves the cluster's.</summary>
    public AlpnOverrides? AlpnOverrides { get; set; }

    /// <summary>The workload at the other side, once known.</summary>
    public WorkloadIdentity? Peer { get; set; }

    /// <summary>Whether the downstream peer sent its metadata and so expects ours.</summary>
    public bool PeerAsksForMetadata { get; set; }

    public ResponseFlags Flags { get; set; }

    /// <summary>%RESPONSE_CODE_DETAILS%.</summary>
    public string? Details { get; set; }

    public string? UpstreamTransportFailure { get; set; }

    /// <summary>0 while no response has begun.</summary>
    public int ResponseCode { get; set; }

    public string GrpcStatus { get; set; } = "";

    public int Attempts { get; set; }

    /// <summary>Set by a redirect; goes into the local reply.</summary>
    public string? RedirectLocation { get; set; }

    /// <summary>Whether this answer is the connection's last.</summary>
    public bool ClosesConnection { get; set; }

    public long RequestHeaderBytes { get; set; }

    public long ResponseHeaderBytes { get; set; }

    public long RequestBodyBytes;

    public long ResponseBodyBytes;

    public GrpcMessageCounter? RequestMessages { get; set; }

    public GrpcMessageCounter? ResponseMessages { get; set; }

    public string? RequestHeader(string name) => name switch
    {
        ":authority" or "host" or "Host" => Authority,
        ":method" => Method,
        ":path" => Path,
        ":scheme" => Http.Request.Scheme,
        _ => RequestHeaders.TryGetValue(name, out var values) ? values.ToString() : null,
    };

    /// <summary>Lets the filters see the response, last filter first. Called once, before the headers leave.</summary>
    public void BeginResponse(int statusCode)
    {
        ResponseCode = statusCode;
        Http.Response.StatusCode = statusCode;
        for (var index = Manager.Filters.Length - 1; index >= 0; index--)
        {
            Manager.Filters[index].OnResponse(this);
        }
    }

    // Absolute form keeps its path only; the authority is already the host's.
    private static string RawPath(string target)
    {
        if (target.StartsWith('/') || target == "*")
        {
            return target;
        }

        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return "/";
        }

        var path = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        return path < 0 ? "/" : target[scheme + 3 + path] == '/' ? target[(scheme + 3 + path)..] : "/" + target[(scheme + 3 + path)..];
    }
}
