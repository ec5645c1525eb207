using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Security;

/// <summary>A verified token: whose it is and for which audiences.</summary>
internal sealed record VerifiedToken(UserIdentity User, IReadOnlyList<string> Audiences);

/// <summary>Signs and verifies the tokens of service accounts: JWTs (ES256) with Kubernetes' claims.</summary>
internal sealed class ServiceAccountTokens(ECDsa key, ObjectStore store, TimeProvider time)
{
    public const string Issuer = "https://kubernetes.default.svc";
    public const string DefaultAudience = Issuer;
    private readonly string _keyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    public string Issue(string ns, string name, string uid, IReadOnlyList<string> audiences, DateTimeOffset expires, JsonObject? boundPod)
    {
        var now = time.GetUtcNow();
        var kubernetes = new JsonObject { ["namespace"] = ns, ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = uid } };
        if (boundPod is not null) kubernetes["pod"] = boundPod;
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = kubernetes,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"{UserIdentity.ServiceAccountPrefix}{ns}:{name}",
        };
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = _keyId, ["typ"] = "JWT" };
        var signed = $"{Base64Url.EncodeToString(JsonText.Write(header))}.{Base64Url.EncodeToString(JsonText.Write(claims))}";
        lock (key) return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Null when the token is not ours, has expired, or its account (or bound pod) is gone.</summary>
    public VerifiedToken? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            lock (key)
                if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256)) return null;
            var header = JsonText.ParseObject(Base64Url.DecodeFromChars(parts[0]));
            return header.Text("alg") == "ES256" ? Accept(JsonText.ParseObject(Base64Url.DecodeFromChars(parts[1]))) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The public key as JSON Web Key Set.</summary>
    public JsonObject KeySet()
    {
        ECParameters parameters;
        lock (key) parameters = key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "EC",
                ["kid"] = _keyId,
                ["crv"] = "P-256",
                ["alg"] = "ES256",
                ["x"] = Base64Url.EncodeToString(parameters.Q.X),
                ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
            }),
        };
    }

    private VerifiedToken? Accept(JsonObject claims)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Text("iss") != Issuer || claims.Number("exp") is not { } expires || expires <= now || claims.Number("nbf") > now + 60) return null;
        var ns = claims.TextAt("kubernetes.io", "namespace");
        var name = claims.TextAt("kubernetes.io", "serviceaccount", "name");
        var uid = claims.TextAt("kubernetes.io", "serviceaccount", "uid");
        if (store.Current.Find(new ObjectKey("serviceaccounts", ns, name)) is not { } account || account.Uid != uid) return null;
        var extra = new Dictionary<string, string>(StringComparer.Ordinal) { ["authentication.kubernetes.io/credential-id"] = $"JTI={claims.Text("jti")}" };
        if (claims.TextAt("kubernetes.io", "pod", "name") is { Length: > 0 } pod)
        {
            var podUid = claims.TextAt("kubernetes.io", "pod", "uid");
            if (store.Current.Find(new ObjectKey("pods", ns, pod))?.Uid != podUid) return null;
            extra["authentication.kubernetes.io/pod-name"] = pod;
            extra["authentication.kubernetes.io/pod-uid"] = podUid;
        }

        string[] groups = [.. UserIdentity.GroupsOf(ns), UserIdentity.AuthenticatedGroup];
        return new VerifiedToken(
            new UserIdentity($"{UserIdentity.ServiceAccountPrefix}{ns}:{name}", uid, groups, extra),
            [.. (claims.Array("aud") ?? []).Select(a => a?.ToString() ?? "")]);
    }
}
