namespace Weft.Kubernetes.Client;

/// <summary>What a pod finds in itself to reach the API server of its cluster.</summary>
public static class InCluster
{
    /// <summary>Where the kubelet mounts the service account.</summary>
    public const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Null when this process is not in a pod.</summary>
    public static KubeClientOptions? Options() => Options(Environment.GetEnvironmentVariable, ServiceAccountFolder);

    internal static KubeClientOptions? Options(Func<string, string?> environment, string folder)
    {
        var (host, port) = (environment("KUBERNETES_SERVICE_HOST"), environment("KUBERNETES_SERVICE_PORT"));
        var token = Path.Combine(folder, "token");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token))
        {
            return null;
        }

        var namespaceFile = Path.Combine(folder, "namespace");
        return new KubeClientOptions
        {
            Server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"),
            CertificateAuthorities = PemCertificates.ReadAll(File.ReadAllText(Path.Combine(folder, "ca.crt"))),
            Token = TokenFile.Reader(token),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
        };
    }
}
