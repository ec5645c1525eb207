using System.Buffers;
using System.Collections.Immutable;
using Envoy.Extensions.Filters.Http.ExtAuthz.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Proxy.Filters.ExternalAuthorization;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// envoy.filters.http.ext_authz: asks an authorization service, over gRPC or HTTP, whether a request may pass. Istio has it ask only what a CUSTOM
/// policy matched, by the metadata that an RBAC filter's shadow rules left.
/// </summary>
internal sealed class ExtAuthzFilter : HttpFilter
{
    public const string Name = "envoy.filters.http.ext_authz";

    // The connection's buffer holds no more.
    private const int MaxBody = 128 * 1024;

    private readonly ExtAuthz _config;
    private readonly GrpcAuthorization? _grpc;
    private readonly HttpAuthorization? _http;
    private readonly MetadataMatch? _wanted;
    private readonly Fraction? _share;
    private readonly ImmutableArray<StringMatcher> _allowed;
    private readonly ImmutableArray<StringMatcher> _disallowed;

    private ExtAuthzFilter(ExtAuthz config)
    {
        _config = config;
        _allowed = [.. config.AllowedHeaders?.Patterns.Select(StringMatcher.From) ?? []];
        _disallowed = [.. config.DisallowedHeaders?.Patterns.Select(StringMatcher.From) ?? []];
        _grpc = config.GrpcService is { } grpc ? new GrpcAuthorization(grpc) : null;
        _http = config.HttpService is { } http ? new HttpAuthorization(http, config.AllowedHeaders?.Patterns ?? []) : null;
        _wanted = config.FilterEnabledMetadata is { } matcher ? new MetadataMatch(matcher) : null;
        _share = config.FilterEnabled is { } share ? Fraction.From(share.DefaultValue) : null;
        if (_grpc is null && _http is null)
        {
            throw new ResourceRejectedException("ext_authz needs grpc_service or http_service");
        }
    }

    /// <exception cref="ResourceRejectedException">No configuration, or one that this proxy cannot enforce.</exception>
    public static HttpFilter Create(Any? config) => config is not null && config.Is(ExtAuthz.Descriptor)
        ? new ExtAuthzFilter(ExtAuthz.Parser.ParseFrom(config.Value))
        : throw new ResourceRejectedException($"HTTP filter {Name} with {config?.TypeUrl ?? "no"} configuration is not supported");

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var isWanted = exchange.Route?.Filters.ExtAuthz is not { IsDisabled: true }
            && _wanted?.Matches(exchange.Metadata) != false
            && _share?.Includes(Random.Shared.NextDouble()) != false;
        return isWanted ? AskAsync(exchange) : ValueTask.FromResult(FilterVerdict.Continue);
    }

    private async ValueTask<FilterVerdict> AskAsync(HttpExchange exchange)
    {
        AuthorizationVerdict verdict;
        try
        {
            if (_config.WithRequestBody is { } buffer && await ReadBodyAsync(exchange, buffer) is var (body, isWhole))
            {
                if (!isWhole && !buffer.AllowPartialMessage)
                {
                    await LocalReply.SendAsync(exchange, 413, "Payload Too Large", ResponseFlags.None, "request_payload_too_large");
                    return FilterVerdict.Answered;
                }

                verdict = await CheckAsync(exchange, body, buffer.PackAsBytes);
            }
            else
            {
                verdict = await CheckAsync(exchange, default, asBytes: false);
            }
        }
        catch (OperationCanceledException)
        {
            UpstreamFailures.ClientLeft(exchange);
            return FilterVerdict.Answered;
        }

        return await FollowAsync(exchange, verdict);
    }

    private Task<AuthorizationVerdict> CheckAsync(HttpExchange exchange, ReadOnlyMemory<byte> body, bool asBytes)
    {
        if (_http is not null)
        {
            return _http.CheckAsync(exchange, body);
        }

        var attributes = RequestAttributes.Of(exchange, body, asBytes, _allowed, _disallowed, _config.MetadataContextNamespaces);
        foreach (var (key, value) in exchange.Route?.Filters.ExtAuthz?.Context ?? [])
        {
            attributes.ContextExtensions[key] = value;
        }

        return _grpc!.CheckAsync(exchange.Proxy, attributes, exchange.Http.RequestAborted);
    }

    private async ValueTask<FilterVerdict> FollowAsync(HttpExchange exchange, AuthorizationVerdict verdict)
    {
        if (verdict.Metadata is { } metadata)
        {
            exchange.WritableMetadata.Merge(Name, metadata);
        }

        switch (verdict.Result)
        {
            case AuthorizationResult.Allowed:
                Allow(exchange, verdict);
                return FilterVerdict.Continue;
            case AuthorizationResult.Failed when _config.FailureModeAllow:
                if (_config.FailureModeAllowHeaderAdd)
                {
                    exchange.RequestHeaders["x-envoy-auth-failure-mode-allowed"] = "true";
                }

                return FilterVerdict.Continue;
            case AuthorizationResult.Failed:
                var status = _config.StatusOnError is { } error ? (int)error.Code : 403;
                await LocalReply.SendAsync(exchange, status, "", ResponseFlags.UnauthorizedExternalService, "ext_authz_error");
                return FilterVerdict.Answered;
            default:
                exchange.LocalReplyHeaders = [.. verdict.ClientHeaders.Select(header => new KeyValuePair<string, string>(header.Name, header.Value))];
                await LocalReply.SendAsync(exchange, verdict.Status, verdict.Body, ResponseFlags.UnauthorizedExternalService, "ext_authz_denied");
                return FilterVerdict.Answered;
        }
    }

    private void Allow(HttpExchange exchange, AuthorizationVerdict verdict)
    {
        foreach (var name in verdict.RemovedHeaders.Where(name => !name.StartsWith(':') && !name.Equals("host", StringComparison.OrdinalIgnoreCase)))
        {
            exchange.RequestHeaders.Remove(name);
        }

        foreach (var header in verdict.UpstreamHeaders)
        {
            Change(exchange, header);
        }

        if (!verdict.ResponseHeaders.IsEmpty)
        {
            (exchange.AddedResponseHeaders ??= []).AddRange(verdict.ResponseHeaders);
        }

        if (!verdict.QuerySet.IsEmpty || !verdict.QueryRemoved.IsEmpty)
        {
            var query = exchange.Query.Where(entry => !verdict.QueryRemoved.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value);
            foreach (var (name, value) in verdict.QuerySet)
            {
                query[name] = value;
            }

            exchange.Path = QueryHelpers.AddQueryString(exchange.PathWithoutQuery, query);
        }

        if (_config.ClearRouteCache)
        {
            exchange.ChooseRoute();
        }
    }

    private static void Change(HttpExchange exchange, AddedHeader header)
    {
        switch (header.Name.ToLowerInvariant())
        {
            case ":path":
                exchange.Path = header.Value;
                break;
            case ":authority" or "host":
                exchange.Authority = header.Value;
                break;
            case [':', ..]:
                break;
            default:
                HeaderAddition.Apply(exchange.RequestHeaders, header.Name, header.Value, header.Action, keepsEmpty: true);
                break;
        }
    }

    // Looked at, not taken: the body goes upstream afterwards.
    private static async ValueTask<(ReadOnlyMemory<byte> Body, bool IsWhole)?> ReadBodyAsync(HttpExchange exchange, BufferSettings buffer)
    {
        if (!UpstreamRequest.HasBody(exchange.Http))
        {
            return null;
        }

        var limit = (int)Math.Min(buffer.MaxRequestBytes, MaxBody);
        var reader = exchange.Http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(exchange.Http.RequestAborted);
            var isEnough = read.Buffer.Length > limit;
            if (read.IsCompleted || isEnough)
            {
                var body = read.Buffer.Slice(0, Math.Min(limit, read.Buffer.Length)).ToArray();
                reader.AdvanceTo(read.Buffer.Start);
                return (body, !isEnough);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}

/// <summary>envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute, resolved.</summary>
internal sealed record ExtAuthzRouteSettings(bool IsDisabled, ImmutableArray<KeyValuePair<string, string>> Context)
{
    /// <exception cref="ResourceRejectedException">Another message.</exception>
    public static ExtAuthzRouteSettings Compile(Any config)
    {
        if (!config.Is(ExtAuthzPerRoute.Descriptor))
        {
            throw new ResourceRejectedException($"ext_authz settings of type {config.TypeUrl} are not supported");
        }

        var settings = ExtAuthzPerRoute.Parser.ParseFrom(config.Value);
        return new ExtAuthzRouteSettings(settings.Disabled, [.. settings.CheckSettings?.ContextExtensions ?? []]);
    }
}
