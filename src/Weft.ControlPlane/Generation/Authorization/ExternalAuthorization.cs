using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.ExtAuthz.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Type.Matcher.V3;
using Weft.Istio.Mesh;
using HttpExtAuthz = Envoy.Extensions.Filters.Http.ExtAuthz.V3.ExtAuthz;
using NetworkExtAuthz = Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>The filter that asks an external authorizer about what CUSTOM policies matched: a shadow RBAC filter before it leaves the matched policy's name in metadata.</summary>
internal sealed class ExternalAuthorization
{
    public const string ShadowPrefix = "istio_ext_authz_";
    private const string PolicyPrefix = "istio-ext-authz-";
    private const string HttpFilterName = "envoy.filters.http.ext_authz";
    private const string NetworkFilterName = "envoy.filters.network.ext_authz";
    private const string ResultKey = "istio_ext_authz_shadow_effective_policy_id";

    /// <summary>Envoy needs a time limit; where none is stated it is as good as none.</summary>
    private static readonly TimeSpan s_unlimited = TimeSpan.FromSeconds(600);

    private readonly ExtensionProvider _provider;
    private readonly ProviderCluster _cluster;

    private ExternalAuthorization(ExtensionProvider provider, ProviderCluster cluster) => (_provider, _cluster) = (provider, cluster);

    /// <summary>How the names of a provider's policies begin.</summary>
    public static string PrefixOf(string provider) => PolicyPrefix + provider;

    /// <summary>Null when there is no such provider, or its service is not in the registry.</summary>
    public static ExternalAuthorization? For(ProxyView view, string name)
    {
        var provider = view.Mesh.Provider(name);
        var cluster = provider switch
        {
            { EnvoyExtAuthzHttp: { } http } => ProviderCluster.Find(view.Snapshot, http.Service, http.Port),
            { EnvoyExtAuthzGrpc: { } grpc } => ProviderCluster.Find(view.Snapshot, grpc.Service, grpc.Port),
            _ => null,
        };
        return provider is null || cluster is null ? null : new ExternalAuthorization(provider, cluster);
    }

    public HttpFilter Http(string rbacFilter)
    {
        var config = _provider.EnvoyExtAuthzHttp is { } http ? Http(http) : Grpc(_provider.EnvoyExtAuthzGrpc!); // one of them is there, else For gives null
        config.TransportApiVersion = ApiVersion.V3;
        config.FilterEnabledMetadata = WhenMatched(rbacFilter);
        return new HttpFilter { Name = HttpFilterName, TypedConfig = config.Pack() };
    }

    /// <summary>Null for an authorizer that speaks HTTP: it cannot be asked about connections.</summary>
    public Filter? Network(string rbacFilter) => _provider.EnvoyExtAuthzGrpc is not { } grpc ? null : new Filter
    {
        Name = NetworkFilterName,
        TypedConfig = new NetworkExtAuthz
        {
            StatPrefix = "tcp.",
            GrpcService = Service(grpc),
            FailureModeAllow = grpc.FailOpen,
            TransportApiVersion = ApiVersion.V3,
            FilterEnabledMetadata = WhenMatched(rbacFilter),
        }.Pack(),
    };

    private HttpExtAuthz Http(ExtAuthzHttpProvider source)
    {
        var service = new Envoy.Extensions.Filters.Http.ExtAuthz.V3.HttpService
        {
            PathPrefix = source.PathPrefix ?? "",
            ServerUri = new() { Uri = $"http://{_cluster.Host}", Cluster = _cluster.Cluster, Timeout = (source.Timeout ?? s_unlimited).ToDuration() },
        };
        if (source.IncludeAdditionalHeadersInCheck.Count > 0)
        {
            service.AuthorizationRequest = new();
            service.AuthorizationRequest.HeadersToAdd.Add(source.IncludeAdditionalHeadersInCheck
                .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => new HeaderValue { Key = header.Key, Value = header.Value }));
        }

        if (source.HeadersToUpstreamOnAllow.Length + source.HeadersToDownstreamOnAllow.Length + source.HeadersToDownstreamOnDeny.Length > 0)
        {
            service.AuthorizationResponse = new()
            {
                AllowedUpstreamHeaders = Headers(source.HeadersToUpstreamOnAllow),
                AllowedClientHeaders = Headers(source.HeadersToDownstreamOnDeny),
                AllowedClientHeadersOnSuccess = Headers(source.HeadersToDownstreamOnAllow),
            };
        }

        return new HttpExtAuthz
        {
            HttpService = service,
            AllowedHeaders = Headers(source.IncludeRequestHeadersInCheck),
            FailureModeAllow = source.FailOpen,
            StatusOnError = StatusOf(source.StatusOnError),
            WithRequestBody = BodyOf(source.IncludeRequestBodyInCheck),
            ClearRouteCache = source.ClearRouteCache == true,
        };
    }

    private HttpExtAuthz Grpc(ExtAuthzGrpcProvider source) => new()
    {
        GrpcService = Service(source),
        FailureModeAllow = source.FailOpen,
        StatusOnError = StatusOf(source.StatusOnError),
        WithRequestBody = BodyOf(source.IncludeRequestBodyInCheck),
        ClearRouteCache = source.ClearRouteCache == true,
    };

    private GrpcService Service(ExtAuthzGrpcProvider source) => new()
    {
        EnvoyGrpc = new() { ClusterName = _cluster.Cluster, Authority = _cluster.Host },
        Timeout = (source.Timeout ?? s_unlimited).ToDuration(),
    };

    private MetadataMatcher WhenMatched(string rbacFilter) => new()
    {
        Filter = rbacFilter,
        Path = { new MetadataMatcher.Types.PathSegment { Key = ResultKey } },
        Value = new ValueMatcher { StringMatch = new StringMatcher { Prefix = PrefixOf(_provider.Name) } },
    };

    private static ListStringMatcher? Headers(ImmutableArray<string> names)
    {
        if (names.IsEmpty)
        {
            return null;
        }

        var list = new ListStringMatcher();
        foreach (var name in names)
        {
            var matcher = HeaderConditions.Matcher(name);
            matcher.IgnoreCase = true;
            list.Patterns.Add(matcher);
        }

        return list;
    }

    private static Envoy.Type.V3.HttpStatus? StatusOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? new() { Code = (Envoy.Type.V3.StatusCode)code } : null;

    private static BufferSettings? BodyOf(ExtAuthzRequestBody? body) => body is null
        ? null
        : new() { MaxRequestBytes = body.MaxRequestBytes, AllowPartialMessage = body.AllowPartialMessage, PackAsBytes = body.PackAsBytes };
}
