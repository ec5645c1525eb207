using System.Collections;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Yaml;
using Weft.Proxy.Bootstrap;

namespace Weft.Host.Composition;

/// <summary>How one proxy process is told what it is: flags win over the environment.</summary>
internal sealed record StandaloneProxyOptions
{
    /// <summary>sidecar or router.</summary>
    public required string Role { get; init; }

    public string? Discovery { get; init; }

    public string? Authority { get; init; }

    public string? RootCertificate { get; init; }

    public string? Token { get; init; }

    public string? ApplicationAddress { get; init; }

    public string? Domain { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}

/// <summary>
/// The bootstrap of a proxy that runs as a process of its own, from the environment that Istio's injection writes for pilot-agent: POD_NAME, POD_NAMESPACE, INSTANCE_IP,
/// SERVICE_ACCOUNT, CA_ADDR, PROXY_CONFIG, ISTIO_META_X and ISTIO_METAJSON_X.
/// </summary>
internal static class StandaloneProxy
{
    private const string Metadata = "ISTIO_META_";
    private const string JsonMetadata = "ISTIO_METAJSON_";
    private const string DefaultToken = "/var/run/secrets/tokens/istio-token";
    private const string DefaultRoots = "/var/run/secrets/istio/root-cert.pem";
    private const string LabelsFile = "/etc/istio/pod/labels";

    public static Dictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    /// <exception cref="StartException">Something is missing or cannot be read; the message names it.</exception>
    public static ProxyBootstrap Bootstrap(StandaloneProxyOptions options, Action<string> log, ILoggerFactory loggers)
    {
        var environment = options.Environment;
        var name = environment.GetValueOrDefault("POD_NAME", "weft-proxy");
        var @namespace = environment.GetValueOrDefault("POD_NAMESPACE", "default");
        var address = Address(environment.GetValueOrDefault("INSTANCE_IP", "127.0.0.1"), "INSTANCE_IP");
        var config = Mapping(environment.GetValueOrDefault("PROXY_CONFIG", "{}"), "PROXY_CONFIG");
        var discovery = Uri("--discovery", options.Discovery ?? config["discoveryAddress"]?.ToString() ?? "istiod.istio-system.svc:15012");
        var metadata = NodeMetadata(options, name, @namespace, address, config);
        var tokenFile = options.Token ?? (File.Exists(DefaultToken) ? DefaultToken : null);
        return new ProxyBootstrap
        {
            NodeId = $"{options.Role}~{address}~{name}.{@namespace}~{options.Domain ?? $"{@namespace}.svc.cluster.local"}",
            NodeCluster = $"{(metadata["LABELS"] as JsonObject)?["app"]?.ToString() ?? name}.{@namespace}",
            Metadata = metadata,
            InstanceAddress = address,
            ApplicationAddress = Address(options.ApplicationAddress ?? "127.0.0.1", "--app-ip"),
            DiscoveryAddress = discovery,
            CertificateAuthorityAddress = AuthorityOf(options, discovery),
            DiscoveryRoots = Roots(options.RootCertificate ?? (File.Exists(DefaultRoots) ? DefaultRoots : null)),
            BearerToken = tokenFile is null ? null : async cancellationToken => (await File.ReadAllTextAsync(tokenFile, cancellationToken)).Trim(),
            LogSink = log,
            LoggerFactory = loggers,
        };
    }

    private static JsonObject NodeMetadata(StandaloneProxyOptions options, string name, string @namespace, IPAddress address, JsonObject config)
    {
        var metadata = new JsonObject
        {
            ["NAME"] = name,
            ["NAMESPACE"] = @namespace,
            ["SERVICE_ACCOUNT"] = options.Environment.GetValueOrDefault("SERVICE_ACCOUNT", "default"),
            ["INSTANCE_IPS"] = address.ToString(),
            ["LABELS"] = Labels(),
            ["ANNOTATIONS"] = new JsonObject(),
            ["ISTIO_VERSION"] = ControlPlane.ControlPlane.IstioVersion,
            ["PROXY_CONFIG"] = config,
        };
        foreach (var (key, value) in options.Environment)
        {
            if (key.StartsWith(Metadata, StringComparison.Ordinal))
            {
                metadata[key[Metadata.Length..]] = value;
            }
            else if (key.StartsWith(JsonMetadata, StringComparison.Ordinal))
            {
                Merge(metadata, key[JsonMetadata.Length..], Mapping(value, key));
            }
        }

        return metadata;
    }

    private static void Merge(JsonObject metadata, string key, JsonObject values)
    {
        var target = metadata[key] as JsonObject ?? [];
        foreach (var (name, value) in values)
        {
            target[name] = value?.DeepClone();
        }

        metadata[key] = target.Parent is null ? target : target.DeepClone();
    }

    /// <summary>The pod's labels as the kubelet writes them: a line <c>key="value"</c> each.</summary>
    private static JsonObject Labels()
    {
        var labels = new JsonObject();
        if (File.Exists(LabelsFile))
        {
            foreach (var line in File.ReadAllLines(LabelsFile))
            {
                if (line.Split('=', 2) is [var key, ['"', .. var value, '"']])
                {
                    labels[key] = value;
                }
            }
        }

        return labels;
    }

    private static Uri? AuthorityOf(StandaloneProxyOptions options, Uri discovery)
    {
        var stated = options.Authority ?? options.Environment.GetValueOrDefault("CA_ADDR");
        return stated switch
        {
            "none" => null,
            { Length: > 0 } => Uri("--ca", stated),
            _ => discovery.Scheme == System.Uri.UriSchemeHttps ? discovery : null,
        };
    }

    /// <summary>HOST:PORT means TLS, as in Istio.</summary>
    private static Uri Uri(string option, string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        return System.Uri.TryCreate(full, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new StartException($"{option}: '{text}' is no address: HOST:PORT, http://HOST:PORT or https://HOST:PORT", ExitCodes.Usage);
    }

    private static IPAddress Address(string text, string name) =>
        IPAddress.TryParse(text, out var address) ? address : throw new StartException($"{name}: '{text}' is no address", ExitCodes.Usage);

    private static JsonObject Mapping(string text, string name)
    {
        try
        {
            return KubeYaml.Read(text) switch
            {
                [] or [{ Content: null }] => [],
                [{ Content: JsonObject mapping }] => (JsonObject)mapping.DeepClone(),
                _ => throw new StartException($"{name} is not a mapping", ExitCodes.Usage),
            };
        }
        catch (Exception error) when (error is YamlFormatException or JsonException)
        {
            throw new StartException($"{name} is not YAML: {error.Message}", ExitCodes.Usage, error);
        }
    }

    private static X509Certificate2Collection Roots(string? file)
    {
        var roots = new X509Certificate2Collection();
        if (file is null)
        {
            return roots;
        }

        try
        {
            roots.ImportFromPemFile(file);
            return roots;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the roots in {file} cannot be read: {error.Message}", ExitCodes.Usage, error);
        }
    }
}
