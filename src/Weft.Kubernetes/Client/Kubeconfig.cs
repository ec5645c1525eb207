using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.Kubernetes.Client;

/// <summary>
/// A kubeconfig file. Paths in it are relative to its folder. What kubectl no longer takes (auth-provider, passwords) is a clear error, as is everything
/// that is missing.
/// </summary>
public sealed class Kubeconfig
{
    private static readonly string[] ForeignLogins = ["auth-provider", "username"];

    private readonly JsonObject _content;
    private readonly string _folder;

    private Kubeconfig(JsonObject content, string folder) => (_content, _folder) = (content, folder);

    /// <summary>The context used when none is named; empty when the file names none.</summary>
    public string CurrentContext => Text(_content, "current-context") ?? "";

    public static Kubeconfig Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), Path.GetDirectoryName(Path.GetFullPath(path)) ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is KubeconfigException or YamlFormatException)
        {
            throw new KubeconfigException($"{path}: {e.Message}", e);
        }
    }

    /// <param name="folder">What relative paths start from.</param>
    public static Kubeconfig Parse(ReadOnlySpan<byte> yaml, string folder)
    {
        var documents = KubeYaml.Read(yaml);
        return documents is [{ Content: JsonObject content }, ..] ? new(content, folder) : throw new KubeconfigException("not a kubeconfig");
    }

    /// <summary>The server and the user of a context; null: of the current one. Files it names are read now, a tokenFile at each request.</summary>
    public KubeClientOptions ToOptions(string? context = null)
    {
        var name = context ?? CurrentContext;
        if (name.Length == 0)
        {
            throw new KubeconfigException("no current-context; name one");
        }

        var chosen = Find("contexts", "context", name);
        var cluster = Find("clusters", "cluster", Required(chosen, "cluster", $"context {name}"));
        var user = Text(chosen, "user") is { Length: > 0 } userName ? Find("users", "user", userName) : [];
        RefuseForeignLogins(user);
        return new KubeClientOptions
        {
            Server = Server(cluster),
            Namespace = Text(chosen, "namespace") ?? "default",
            SkipTlsVerification = cluster["insecure-skip-tls-verify"] is JsonValue skip && skip.TryGetValue<bool>(out var yes) && yes,
            TlsServerName = Text(cluster, "tls-server-name"),
            CertificateAuthorities = DataOrFile(cluster, "certificate-authority") is { } authorities ? PemCertificates.ReadAll(authorities) : null,
            ClientCertificate = ClientCertificate(user),
            Token = Token(user, cluster),
        };
    }

    private static void RefuseForeignLogins(JsonObject user)
    {
        if (ForeignLogins.FirstOrDefault(user.ContainsKey) is { } way)
        {
            throw new KubeconfigException($"logging in by \"{way}\" is not supported; use a client certificate, a token, a tokenFile or exec");
        }
    }

    private static Uri Server(JsonObject cluster)
    {
        var server = Required(cluster, "server", "the cluster");
        return Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Uri(server)
            : throw new KubeconfigException($"server \"{server}\" is not an http or https address");
    }

    private X509Certificate2? ClientCertificate(JsonObject user)
    {
        var certificate = DataOrFile(user, "client-certificate");
        var key = DataOrFile(user, "client-key");
        return (certificate, key) switch
        {
            (null, null) => null,
            ({ } chain, { } secret) => PemCertificates.ReadWithKey(chain, secret),
            _ => throw new KubeconfigException("client-certificate and client-key are only of use together"),
        };
    }

    private Func<CancellationToken, ValueTask<string?>>? Token(JsonObject user, JsonObject cluster)
    {
        if (user["exec"] is JsonObject exec)
        {
            return new ExecLogin(exec, Described(cluster), _folder, TimeProvider.System).TokenAsync;
        }

        if (Text(user, "tokenFile") is { Length: > 0 } file)
        {
            return TokenFile.Reader(Path.Combine(_folder, file));
        }

        return Text(user, "token") is { Length: > 0 } token ? _ => ValueTask.FromResult<string?>(token) : null;
    }

    // As a login's program is told of it: with the authorities themselves instead of their file.
    private JsonObject Described(JsonObject cluster)
    {
        var described = (JsonObject)cluster.DeepClone();
        if (described.Remove("certificate-authority") && DataOrFile(cluster, "certificate-authority") is { } authorities)
        {
            described["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorities));
        }

        return described;
    }

    private string? DataOrFile(JsonObject section, string field)
    {
        try
        {
            if (Text(section, $"{field}-data") is { Length: > 0 } data)
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }

            return Text(section, field) is { Length: > 0 } file ? File.ReadAllText(Path.Combine(_folder, file)) : null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{field}: {e.Message}", e);
        }
    }

    private JsonObject Find(string list, string field, string name) =>
        Entries(list).FirstOrDefault(entry => Text(entry, "name") == name)?[field] as JsonObject
        ?? throw new KubeconfigException($"{list} has no \"{name}\"; {Those(list, field)}");

    private string Those(string list, string field) =>
        string.Join(", ", Entries(list).Where(entry => entry[field] is JsonObject).Select(entry => Text(entry, "name"))) is { Length: > 0 } names ? $"there are: {names}" : "it is empty";

    private IEnumerable<JsonObject> Entries(string list) => (_content[list] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static string Required(JsonObject section, string field, string where) =>
        Text(section, field) is { Length: > 0 } text ? text : throw new KubeconfigException($"{where} has no {field}");

    private static string? Text(JsonObject section, string field) =>
        section[field] is JsonValue value ? (value.TryGetValue<string>(out var text) ? text : value.ToJsonString()) : null;
}
