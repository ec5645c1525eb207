using System.Reflection;
using Weft.Demos.External;

namespace Weft.Demos.Hosting;

/// <summary>A demo that <c>weft up NAME</c> applies: Kubernetes manifests, shipped as resources of this assembly.</summary>
/// <param name="Folder">The folder of this project that holds the demo; its <c>manifests-later</c> are files for the user to apply.</param>
public sealed record DemoScenario(string Name, string Description, string Folder)
{
    /// <summary>All scenarios, in the order in which help lists them.</summary>
    public static IReadOnlyList<DemoScenario> All { get; } =
    [
        new("travels", "Kiali's Travels demo: three portals and a travel agency", "Travels"),
        new("bookinfo", "Istio's Bookinfo: a product page over details, reviews in three versions, and ratings", "Bookinfo") { ExternalHosts = [ExternalHost.GoogleApis] },
        new("guestbook", "The Guestbook: a page over a Redis master and two replicas", "Guestbook"),
        new("external", "Calls to hosts outside the mesh: httpbin.org and Google's book API, with TLS", "External")
        {
            ExternalHosts = [ExternalHost.HttpBin, ExternalHost.GoogleApis],
        },
    ];

    /// <summary>The scenarios of a name as <c>weft up</c> takes it: the one of that name, or every one for <c>all</c>; none when the name is not known.</summary>
    public static IReadOnlyList<DemoScenario> Named(string name) =>
        name == "all" ? All : [.. All.Where(scenario => scenario.Name == name)];

    /// <summary>The hosts outside the mesh that the scenario's workloads call; whoever runs the scenario places and runs them.</summary>
    public IReadOnlyList<ExternalHost> ExternalHosts { get; init; } = [];

    /// <summary>The YAML documents of the scenario, in the order in which to apply them.</summary>
    /// <param name="inMesh">False leaves the namespaces without sidecar injection, as the tutorial begins.</param>
    public IEnumerable<string> Manifests(bool inMesh)
    {
        var assembly = typeof(DemoScenario).Assembly;
        var folder = $"Weft.Demos/{Folder}/manifests/";
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))
            .Select(yaml => inMesh ? yaml : WithoutInjection(yaml));
    }

    private static string WithoutInjection(string yaml) =>
        string.Join('\n', yaml.Split('\n').Where(line => line.Trim() != "istio-injection: enabled"));

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
