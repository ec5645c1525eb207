using System.Xml.Linq;

namespace Weft.Architecture;

/// <summary>The dependency rule of docs/architecture.md, as data.</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Weft.Kubernetes"] = [],
        ["Weft.Xds"] = [],
        ["Weft.Observability"] = [],
        ["Weft.Istio"] = ["Weft.Kubernetes"],
        ["Weft.Console"] = ["Weft.Istio", "Weft.Kubernetes", "Weft.Observability"],
        ["Weft.ApiServer"] = ["Weft.Kubernetes"],
        ["Weft.Runtime"] = ["Weft.Kubernetes"],
        ["Weft.ControlPlane"] = ["Weft.Istio", "Weft.Kubernetes", "Weft.Xds"],
        ["Weft.Proxy"] = ["Weft.Xds"],
        ["Weft.Api"] = ["Weft.Console", "Weft.Istio", "Weft.Kubernetes", "Weft.Observability"],
        ["Weft.Demos"] = [],
    };

    /// <summary>Projects that must stay free of the web framework.</summary>
    private static readonly string[] WithoutWeb = ["Weft.Kubernetes", "Weft.Xds", "Weft.Istio", "Weft.Console", "Weft.Runtime"];

    public static TheoryData<string> Projects => [.. MayReference.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string project)
    {
        var references = Project(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(MayReference[project]));
    }

    [Fact]
    public void Every_product_project_is_in_the_table()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "demos"), "*.csproj", SearchOption.AllDirectories))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(["Weft.Host"], projects.Except(MayReference.Keys));
    }

    [Fact]
    public void Domain_projects_do_not_see_the_web_framework()
    {
        var seeing = WithoutWeb.Where(project => Project(project).Descendants("FrameworkReference").Any());

        Assert.Empty(seeing);
    }

    [Fact]
    public void Hygiene_is_set_once_at_the_root()
    {
        var overruled = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(file => XDocument.Load(file).Descendants().Any(e => e.Name.LocalName is "Nullable" or "TreatWarningsAsErrors" or "AnalysisLevel"));

        Assert.Empty(overruled);
    }

    private static XDocument Project(string name)
    {
        var folder = name == "Weft.Demos" ? "demos" : "src";
        return XDocument.Load(Path.Combine(Repository.Root, folder, name, name + ".csproj"));
    }
}
