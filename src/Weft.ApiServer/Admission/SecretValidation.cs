using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of a Secret: its size, and what each of the well-known types must hold.</summary>
internal static class SecretValidation
{
    public const int LargestData = 1024 * 1024;
    private const string Redacted = "\"<secret contents redacted>\"";

    public static void Validate(JsonObject item, List<FieldError> errors)
    {
        var data = item.Object("data") ?? [];
        if (data.Sum(p => (p.Value?.ToString().Length ?? 0) / 4 * 3) > LargestData) errors.Add(TooLong("data", LargestData));
        switch (item.Text("type"))
        {
            case "kubernetes.io/service-account-token":
                if (string.IsNullOrEmpty(item.Object("metadata")?.Object("annotations")?.Text("kubernetes.io/service-account.name")))
                    errors.Add(FieldError.Required("metadata.annotations[kubernetes.io/service-account.name]", ""));
                break;
            case "kubernetes.io/dockercfg":
                Json(data, ".dockercfg", errors);
                break;
            case "kubernetes.io/dockerconfigjson":
                Json(data, ".dockerconfigjson", errors);
                break;
            case "kubernetes.io/basic-auth":
                if (!data.ContainsKey("username") && !data.ContainsKey("password"))
                    errors.AddRange([FieldError.Required("data[username]", ""), FieldError.Required("data[password]", "")]);
                break;
            case "kubernetes.io/ssh-auth":
                if (string.IsNullOrEmpty(data.Text("ssh-privatekey"))) errors.Add(FieldError.Required("data[ssh-privatekey]", ""));
                break;
            case "kubernetes.io/tls":
                foreach (var key in new[] { "tls.crt", "tls.key" })
                    if (!data.ContainsKey(key)) errors.Add(FieldError.Required($"data[{key}]", ""));
                break;
        }
    }

    public static FieldError TooLong(string field, int limit) => new(field, "FieldValueTooLong", $"Too long: may not be more than {limit} bytes");

    private static void Json(JsonObject data, string key, List<FieldError> errors)
    {
        if (data.Text(key) is not { Length: > 0 } text)
        {
            errors.Add(FieldError.Required($"data[{key}]", ""));
            return;
        }

        var bytes = Convert.FromBase64String(text);
        try
        {
            JsonText.Parse(bytes);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            errors.Add(FieldError.Invalid($"data[{key}]", Redacted, GoJson.Explain(bytes)));
        }
    }
}
