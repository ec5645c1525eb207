using System.Text;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Host.Composition;

/// <summary>Brings the objects of a manifest into the API server: only those that are missing, so that what the user changed stays.</summary>
internal static class Manifests
{
    private const string FieldManager = "weft";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The namespace <c>istio-system</c> with all that a mesh has there: the manifests shipped in this assembly, in their order.</summary>
    public static IEnumerable<string> IstioSystem()
    {
        var assembly = typeof(Manifests).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("manifests/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }

    public static async Task CreateMissingAsync(KubeClient kube, IEnumerable<string> manifests, CancellationToken cancellationToken)
    {
        foreach (var wanted in manifests.SelectMany(yaml => KubeYaml.ReadObjects(Encoding.UTF8.GetBytes(yaml))))
        {
            await CreateIfMissingAsync(kube, wanted, cancellationToken);
        }
    }

    private static async Task CreateIfMissingAsync(KubeClient kube, UntypedObject wanted, CancellationToken cancellationToken)
    {
        var resource = await kube.FindResourceAsync(GroupVersionKind.Of(wanted), cancellationToken)
            ?? throw new InvalidOperationException($"the API server does not know {wanted.ApiVersion} {wanted.Kind}");
        if (await kube.GetAsync(resource, wanted.Metadata.Namespace, wanted.Metadata.Name!, cancellationToken) is null)
        {
            await kube.CreateAsync(resource, wanted.Metadata.Namespace, AsApplied(wanted), new WriteOptions { FieldManager = FieldManager }, cancellationToken);
        }
    }

    /// <summary>
    /// With the note that kubectl leaves on what it applies: a later <c>kubectl apply</c> then takes away what its file no longer has, as in
    /// the demos' tutorials, which begin with <c>kubectl apply</c>.
    /// </summary>
    private static UntypedObject AsApplied(UntypedObject wanted)
    {
        var content = (JsonObject)wanted.Content.DeepClone();
        if (content["metadata"]!["annotations"] is not JsonObject annotations)
        {
            content["metadata"]!["annotations"] = annotations = [];
        }

        annotations[LastApplied] = content.ToJsonString() + "\n";
        return new UntypedObject(content);
    }
}
