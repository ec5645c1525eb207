using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Routes;

namespace Weft.ControlPlane.Generation;

/// <summary>
/// What single fields of Istio's API become in Envoy's: a file of fields/ holds a mesh and, as its last document, parts of the resources that it must give. A part may
/// leave fields out; null means that a field is absent; what is under a list is compared one by one. From knowledge of istiod's behaviour where nothing was recorded.
/// </summary>
public sealed class FieldTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "fields");

    private static readonly JsonFormatter s_formatter = new(new JsonFormatter.Settings(false, TypeRegistry.FromMessages(
        typeof(Weft.Xds.TypeUrls).Assembly.GetTypes()
            .Where(type => typeof(IMessage).IsAssignableFrom(type) && type is { IsAbstract: false })
            .Select(type => (MessageDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!))));

    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(s_folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fields_become_what_istiod_makes_of_them(string name)
    {
        var world = File.ReadAllText(Path.Combine(s_folder, $"{name}.yaml"));
        var expected = World.Documents(world).Last();
        var view = World.View(world[..world.LastIndexOf("\n---", StringComparison.Ordinal)]);

        var differences = new List<string>();
        Compare(differences, "clusters", expected, ClusterGenerator.Of(view).ToDictionary(cluster => cluster.Name, cluster => (IMessage)cluster));
        Compare(differences, "endpoints", expected, EndpointGenerator.Of(view).ToDictionary(assignment => assignment.ClusterName, assignment => (IMessage)assignment));
        Compare(differences, "listeners", expected, ListenerGenerator.Of(view).ToDictionary(listener => listener.Name, listener => (IMessage)listener));
        Compare(differences, "routes", expected, RouteGenerator.NamesIn(view).ToDictionary(route => route, route => (IMessage)RouteGenerator.Of(view, route)));

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Contains(["clusters", "endpoints", "listeners", "routes"], expected.ContainsKey);
    }

    private static void Compare(List<string> differences, string kind, JsonObject expected, Dictionary<string, IMessage> generated)
    {
        foreach (var (name, part) in expected[kind] as JsonObject ?? [])
        {
            var actual = generated.TryGetValue(name, out var message) ? JsonNode.Parse(s_formatter.Format(message)) : null;
            Contains(differences, $"{kind}/{name}", part, actual);
        }
    }

    private static void Contains(List<string> differences, string path, JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonObject fields && actual is JsonObject values)
        {
            foreach (var (key, value) in fields)
            {
                Contains(differences, $"{path}.{key}", value, values[key]);
            }
        }
        else if (expected is JsonArray items && actual is JsonArray found && items.Count == found.Count)
        {
            for (var index = 0; index < items.Count; index++)
            {
                Contains(differences, $"{path}[{index}]", items[index], found[index]);
            }
        }
        else
        {
            JsonDifferences.Add(differences, path, expected, actual);
        }
    }
}
