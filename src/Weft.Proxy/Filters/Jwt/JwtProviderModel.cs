using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>A JwtProvider, resolved: where tokens are, what they must say, whose keys verify them, and what of them goes on.</summary>
internal sealed class JwtProviderModel
{
    public const string MetadataFilter = "envoy.filters.http.jwt_authn";

    private const uint DefaultClockSkew = 60;

    private readonly JwtProvider _config;
    private readonly ImmutableArray<string> _audiences;
    private readonly StringMatcher? _subjects;
    private readonly KeySource _keys;
    private readonly long _clockSkew;

    /// <exception cref="Subscriptions.ResourceRejectedException">No keys, or settings that this proxy does not have.</exception>
    public JwtProviderModel(string name, JwtProvider config)
    {
        Name = name;
        _config = config;
        _audiences = [.. config.Audiences.Select(Sanitized)];
        _subjects = config.Subjects is null ? null : StringMatcher.From(config.Subjects);
        _keys = KeySource.Create(name, config);
        _clockSkew = config.ClockSkewSeconds > 0 ? config.ClockSkewSeconds : DefaultClockSkew;
        Locations = TokenLocations.Compile(config);
    }

    public string Name { get; }

    public string Issuer => _config.Issuer;

    public bool ClearsRouteCache => _config.ClearRouteCache;

    public TokenLocations Locations { get; }

    /// <param name="audiences">Take the place of the provider's own; null leaves those.</param>
    public async ValueTask<JwtStatus> VerifyAsync(HttpExchange exchange, JsonWebToken token, ImmutableArray<string>? audiences)
    {
        var status = CheckClaims(token, audiences ?? _audiences, exchange.Proxy.Time.GetUtcNow().ToUnixTimeSeconds());
        if (status != JwtStatus.Ok)
        {
            return status;
        }

        var (found, keys) = await _keys.GetAsync(exchange.Proxy, exchange.Http.RequestAborted);
        return keys is null ? found : keys.Verify(token);
    }

    /// <summary>Takes off what only this filter may say.</summary>
    public void Sanitize(HttpExchange exchange)
    {
        if (_config.ForwardPayloadHeader.Length > 0)
        {
            exchange.RequestHeaders.Remove(_config.ForwardPayloadHeader);
        }

        foreach (var claim in _config.ClaimToHeaders)
        {
            exchange.RequestHeaders.Remove(claim.HeaderName);
        }
    }

    /// <summary>Passes on what a token that verified says, and the token itself only where it is to be forwarded.</summary>
    public void Accept(HttpExchange exchange, JsonWebToken token, FoundToken found)
    {
        if (!_config.Forward)
        {
            found.Remove(exchange);
        }

        if (_config.ForwardPayloadHeader.Length > 0)
        {
            var padding = _config.PadForwardPayloadHeader ? new string('=', (4 - (token.EncodedPayload.Length % 4)) % 4) : "";
            exchange.RequestHeaders[_config.ForwardPayloadHeader] = token.EncodedPayload + padding;
        }

        foreach (var claim in _config.ClaimToHeaders)
        {
            if (ClaimText(DynamicMetadata.Find(token.Payload, claim.ClaimName.Split('.'))) is { } text)
            {
                exchange.RequestHeaders[claim.HeaderName] = text;
            }
        }

        if (_config.PayloadInMetadata.Length > 0)
        {
            exchange.WritableMetadata.Set(MetadataFilter, _config.PayloadInMetadata, Value.ForStruct(Normalized(token.Payload)));
        }

        if (_config.HeaderInMetadata.Length > 0)
        {
            exchange.WritableMetadata.Set(MetadataFilter, _config.HeaderInMetadata, Value.ForStruct(token.Header));
        }
    }

    /// <summary>Tells later filters why a token failed.</summary>
    public void TellFailure(HttpExchange exchange, JwtStatus status)
    {
        if (_config.FailedStatusInMetadata.Length > 0)
        {
            var failure = new Struct { Fields = { ["code"] = Value.ForNumber((int)status), ["message"] = Value.ForString(JwtStatusText.Of(status)) } };
            exchange.WritableMetadata.Set(MetadataFilter, _config.FailedStatusInMetadata, Value.ForStruct(failure));
        }
    }

    private JwtStatus CheckClaims(JsonWebToken token, ImmutableArray<string> audiences, long now)
    {
        if (_config.Issuer.Length > 0 && _config.Issuer != token.Issuer)
        {
            return JwtStatus.UnknownIssuer;
        }

        if (now + _clockSkew < token.NotBefore)
        {
            return JwtStatus.NotYetValid;
        }

        if (token.Expiry > 0 && now > token.Expiry + _clockSkew)
        {
            return JwtStatus.Expired;
        }

        if ((_config.RequireExpiration || _config.MaxLifetime is not null) && token.Expiry == 0)
        {
            return JwtStatus.ExpirationRequired;
        }

        if (_config.MaxLifetime is { } longest && token.Expiry - (token.IssuedAt > 0 ? token.IssuedAt : now) > longest.Seconds)
        {
            return JwtStatus.LifetimeTooLong;
        }

        if (_subjects is not null && !_subjects.Matches(token.Subject))
        {
            return JwtStatus.SubjectNotAllowed;
        }

        return audiences.IsEmpty || token.Audiences.Any(audience => audiences.Contains(Sanitized(audience))) ? JwtStatus.Ok : JwtStatus.AudienceNotAllowed;
    }

    // Claims that are lists with spaces between become lists, so that rules can ask for one of them.
    private Struct Normalized(Struct payload)
    {
        var claims = _config.NormalizePayloadInMetadata?.SpaceDelimitedClaims;
        if (claims is not { Count: > 0 })
        {
            return payload;
        }

        var normalized = payload.Clone();
        foreach (var claim in claims)
        {
            if (normalized.Fields.TryGetValue(claim, out var value) && value.KindCase == Value.KindOneofCase.StringValue)
            {
                normalized.Fields[claim] = Value.ForList([.. value.StringValue.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Value.ForString)]);
            }
        }

        return normalized;
    }

    // Lists and objects go as base64url of their JSON.
    private static string? ClaimText(Value? value) => value?.KindCase switch
    {
        Value.KindOneofCase.ListValue or Value.KindOneofCase.StructValue => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(ValueText.Json(value))),
        Value.KindOneofCase.StringValue when value.StringValue.AsSpan().ContainsAny('\r', '\n', '\0') => null,
        _ => ValueText.Of(value),
    };

    // Envoy compares audiences without their scheme and trailing slash.
    private static string Sanitized(string audience)
    {
        var text = audience;
        if (text.StartsWith("https://", StringComparison.Ordinal))
        {
            text = text[8..];
        }
        else if (text.StartsWith("http://", StringComparison.Ordinal))
        {
            text = text[7..];
        }

        return text.EndsWith('/') ? text[..^1] : text;
    }
}
