using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.ExtAuthz.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;
using Action = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;

namespace Weft.Proxy.Filters.ExternalAuthorization;

/// <summary>An authorization service that is asked by an HTTP request with the same method, host and path, and answers by its status.</summary>
internal sealed class HttpAuthorization
{
    private static readonly ImmutableArray<string> AlwaysToClient = ["location", "proxy-authenticate", "set-cookie", "www-authenticate"];
    private static readonly ImmutableArray<string> NeverToClient = ["content-length", "transfer-encoding", "connection", "date", "server", "x-envoy-upstream-service-time"];

    private readonly ClusterRequest _request;
    private readonly string _pathPrefix;
    private readonly ImmutableArray<StringMatcher> _allowed;
    private readonly ImmutableArray<KeyValuePair<string, string>> _added;
    private readonly ImmutableArray<StringMatcher> _toUpstream;
    private readonly ImmutableArray<StringMatcher> _appendedUpstream;
    private readonly ImmutableArray<StringMatcher> _toClient;
    private readonly ImmutableArray<StringMatcher> _toClientOnSuccess;
    private readonly ImmutableArray<StringMatcher> _toMetadata;

    /// <exception cref="ResourceRejectedException">No absolute server URI.</exception>
    public HttpAuthorization(HttpService config, IEnumerable<Envoy.Type.Matcher.V3.StringMatcher> allowedHeaders)
    {
        if (config.ServerUri is not { } uri || !Uri.TryCreate(uri.Uri, UriKind.Absolute, out _))
        {
            throw new ResourceRejectedException($"ext_authz: server_uri '{config.ServerUri?.Uri}' is no absolute URI");
        }

#pragma warning disable CS0612 // older control planes still send the deprecated allowed_headers of the request
        _allowed = [.. allowedHeaders.Concat(config.AuthorizationRequest?.AllowedHeaders?.Patterns ?? []).Select(StringMatcher.From)];
#pragma warning restore CS0612
        _request = new ClusterRequest { Cluster = uri.Cluster, Method = "GET", Authority = "", Path = "", Timeout = uri.Timeout?.ToTimeSpan() ?? TimeSpan.FromMilliseconds(200) };
        _pathPrefix = config.PathPrefix;
        _added = [.. config.AuthorizationRequest?.HeadersToAdd.Select(header => new KeyValuePair<string, string>(header.Key, header.Value)) ?? []];
        _toUpstream = Matchers(config.AuthorizationResponse?.AllowedUpstreamHeaders);
        _appendedUpstream = Matchers(config.AuthorizationResponse?.AllowedUpstreamHeadersToAppend);
        _toClient = Matchers(config.AuthorizationResponse?.AllowedClientHeaders);
        _toClientOnSuccess = Matchers(config.AuthorizationResponse?.AllowedClientHeadersOnSuccess);
        _toMetadata = Matchers(config.AuthorizationResponse?.DynamicMetadataFromHeaders);
    }

    /// <param name="body">What of the request's body the service is to see.</param>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public async Task<AuthorizationVerdict> CheckAsync(HttpExchange exchange, ReadOnlyMemory<byte> body)
    {
        try
        {
            var request = _request with
            {
                Method = exchange.Method,
                Authority = exchange.Authority,
                Path = _pathPrefix + exchange.Path,
                Headers = RequestHeaders(exchange),
                Body = body,
            };
            return Verdict(await exchange.Proxy.Client.SendAsync(request, exchange.Http.RequestAborted));
        }
        catch (ClusterRequestException)
        {
            return AuthorizationVerdict.Failure;
        }
    }

    private List<KeyValuePair<string, string>> RequestHeaders(HttpExchange exchange)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            var lower = name.ToLowerInvariant();
            if (lower is "host" or "content-length" or "expect" || HttpHeaderRules.IsHopByHop(name) || (lower != "authorization" && !AnyMatches(_allowed, lower)))
            {
                continue;
            }

            foreach (var value in values)
            {
                headers.Add(new(lower, value ?? ""));
            }
        }

        foreach (var (name, value) in _added)
        {
            headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            headers.Add(new(name, value));
        }

        return headers;
    }

    private AuthorizationVerdict Verdict(ClusterResponse answer)
    {
        if (answer.Status >= 500)
        {
            return AuthorizationVerdict.Failure;
        }

        var isOk = answer.Status == 200;
        return new AuthorizationVerdict
        {
            Result = isOk ? AuthorizationResult.Allowed : AuthorizationResult.Denied,
            Status = answer.Status,
            Body = isOk ? "" : System.Text.Encoding.UTF8.GetString(answer.Body),
            ClientHeaders = isOk ? [] : [.. answer.Headers.Where(ForClient).Select(header => new AddedHeader(header.Key, header.Value, Action.AppendIfExistsOrAdd))],
            UpstreamHeaders = isOk ? [.. Select(answer, _toUpstream, Action.OverwriteIfExistsOrAdd), .. Select(answer, _appendedUpstream, Action.AppendIfExistsOrAdd)] : [],
            ResponseHeaders = isOk ? [.. Select(answer, _toClientOnSuccess, Action.AppendIfExistsOrAdd)] : [],
            Metadata = Metadata(answer),
        };
    }

    // Without a list of its own, a denial passes on all that the service said.
    private bool ForClient(KeyValuePair<string, string> header)
    {
        var name = header.Key.ToLowerInvariant();
        return !NeverToClient.Contains(name) && (_toClient.IsEmpty || AlwaysToClient.Contains(name) || AnyMatches(_toClient, name));
    }

    private Struct? Metadata(ClusterResponse answer)
    {
        var fields = new Struct();
        foreach (var (name, value) in answer.Headers.Where(header => AnyMatches(_toMetadata, header.Key.ToLowerInvariant())))
        {
            fields.Fields[name.ToLowerInvariant()] = Value.ForString(value);
        }

        return fields.Fields.Count == 0 ? null : fields;
    }

    private static IEnumerable<AddedHeader> Select(ClusterResponse answer, ImmutableArray<StringMatcher> matchers, Action action) =>
        answer.Headers.Where(header => AnyMatches(matchers, header.Key.ToLowerInvariant())).Select(header => new AddedHeader(header.Key, header.Value, action));

    private static bool AnyMatches(ImmutableArray<StringMatcher> matchers, string name)
    {
        foreach (var matcher in matchers)
        {
            if (matcher.Matches(name))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<StringMatcher> Matchers(Envoy.Type.Matcher.V3.ListStringMatcher? list) => list is null ? [] : [.. list.Patterns.Select(StringMatcher.From)];
}
