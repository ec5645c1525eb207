using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>A JWT in compact form, taken apart and not yet believed. Takes any text.</summary>
internal sealed record JsonWebToken
{
    private const int MaxLength = 64 * 1024;
    private const int MaxDepth = 32;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithRecursionLimit(MaxDepth + 8));

    public required string Algorithm { get; init; }

    /// <summary>Empty when the header names none.</summary>
    public required string KeyId { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Seconds since the epoch; 0 when absent.</summary>
    public required long NotBefore { get; init; }

    public required long Expiry { get; init; }

    public required long IssuedAt { get; init; }

    public required Struct Header { get; init; }

    public required Struct Payload { get; init; }

    /// <summary>As it came, in base64url.</summary>
    public required string EncodedPayload { get; init; }

    /// <summary>What the signature is over.</summary>
    public required byte[] Signed { get; init; }

    public required byte[] Signature { get; init; }

    public static JwtStatus TryParse(string text, out JsonWebToken? token)
    {
        token = null;
        var parts = text.Length > MaxLength ? [] : text.Split('.');
        if (parts.Length != 3)
        {
            return JwtStatus.BadFormat;
        }

        var status = Section(parts[0], JwtStatus.HeaderBadBase64, JwtStatus.HeaderBadJson, out var header);
        if (status != JwtStatus.Ok)
        {
            return status;
        }

        if (!IsText(header!, "alg", out var algorithm) || algorithm is null)
        {
            return JwtStatus.HeaderBadAlg;
        }

        if (!SignatureAlgorithms.Has(algorithm))
        {
            return JwtStatus.HeaderAlgNotSupported;
        }

        if (!IsText(header!, "kid", out var keyId))
        {
            return JwtStatus.HeaderBadKid;
        }

        status = Section(parts[1], JwtStatus.PayloadBadBase64, JwtStatus.PayloadBadJson, out var payload);
        if (status != JwtStatus.Ok)
        {
            return status;
        }

        status = Claims(payload!, out var claims);
        if (status != JwtStatus.Ok)
        {
            return status;
        }

        if (Decode(parts[2]) is not { } signature)
        {
            return JwtStatus.SignatureBadBase64;
        }

        token = claims! with
        {
            Algorithm = algorithm,
            KeyId = keyId ?? "",
            Header = header!,
            EncodedPayload = parts[1],
            Signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Signature = signature,
        };
        return JwtStatus.Ok;
    }

    private static JwtStatus Claims(Struct payload, out JsonWebToken? token)
    {
        token = null;
        if (!IsText(payload, "iss", out var issuer))
        {
            return JwtStatus.IssuerNotString;
        }

        if (!IsText(payload, "sub", out var subject))
        {
            return JwtStatus.SubjectNotString;
        }

        if (!IsTime(payload, "iat", out var issuedAt))
        {
            return JwtStatus.IssuedAtNotInteger;
        }

        if (!IsTime(payload, "nbf", out var notBefore))
        {
            return JwtStatus.NotBeforeNotInteger;
        }

        if (!IsTime(payload, "exp", out var expiry))
        {
            return JwtStatus.ExpiryNotInteger;
        }

        if (!AreTexts(payload, "aud", out var audiences))
        {
            return JwtStatus.AudienceNotString;
        }

        token = new JsonWebToken
        {
            Algorithm = "",
            KeyId = "",
            Issuer = issuer ?? "",
            Subject = subject ?? "",
            Audiences = audiences,
            NotBefore = notBefore,
            Expiry = expiry,
            IssuedAt = issuedAt,
            Header = payload,
            Payload = payload,
            EncodedPayload = "",
            Signed = [],
            Signature = [],
        };
        return JwtStatus.Ok;
    }

    private static JwtStatus Section(string text, JwtStatus badEncoding, JwtStatus badJson, out Struct? fields)
    {
        fields = null;
        if (Decode(text) is not { } bytes)
        {
            return badEncoding;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return badJson;
            }

            fields = Parser.Parse<Struct>(document.RootElement.GetRawText());
            return JwtStatus.Ok;
        }
        catch (Exception error) when (error is JsonException or IOException or InvalidOperationException or OverflowException or ArgumentException)
        {
            // Among them what Protobuf says of numbers that no double holds.
            return badJson;
        }
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return text.AsSpan().ContainsAny('=', ' ', '\n') || text.AsSpan().ContainsAny('\r', '\t', '+') || text.Contains('/') ? null : Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsText(Struct fields, string name, out string? text)
    {
        text = null;
        if (!fields.Fields.TryGetValue(name, out var value))
        {
            return true;
        }

        text = value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : null;
        return text is not null;
    }

    private static bool IsTime(Struct fields, string name, out long seconds)
    {
        seconds = 0;
        if (!fields.Fields.TryGetValue(name, out var value))
        {
            return true;
        }

        if (value.KindCase != Value.KindOneofCase.NumberValue || value.NumberValue is not (>= 0 and < long.MaxValue))
        {
            return false;
        }

        seconds = (long)value.NumberValue;
        return true;
    }

    private static bool AreTexts(Struct fields, string name, out ImmutableArray<string> texts)
    {
        texts = [];
        if (!fields.Fields.TryGetValue(name, out var value))
        {
            return true;
        }

        if (value.KindCase == Value.KindOneofCase.StringValue)
        {
            texts = [value.StringValue];
            return true;
        }

        if (value.KindCase != Value.KindOneofCase.ListValue || value.ListValue.Values.Any(item => item.KindCase != Value.KindOneofCase.StringValue))
        {
            return false;
        }

        texts = [.. value.ListValue.Values.Select(item => item.StringValue)];
        return true;
    }
}
