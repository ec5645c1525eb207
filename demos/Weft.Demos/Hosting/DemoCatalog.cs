using System.Collections.Frozen;
using Weft.Demos.Bookinfo;
using Weft.Demos.External;
using Weft.Demos.Guestbook;
using Weft.Demos.Travels;

namespace Weft.Demos.Hosting;

/// <summary>The images that run inside Weft, by repository name without tag.</summary>
public static class DemoCatalog
{
    private const string DefaultRegistry = "docker.io/";

    private static readonly FrozenDictionary<string, Func<IDemoWorkload>> Workloads =
        ((IEnumerable<KeyValuePair<string, Func<IDemoWorkload>>>)[.. TravelsDemo.Images, .. BookinfoDemo.Images, .. GuestbookDemo.Images, .. ExternalDemo.Images])
            .ToFrozenDictionary(image => image.Key, image => image.Value, StringComparer.Ordinal);

    /// <summary>Full names of the images, for messages to users.</summary>
    public static IEnumerable<string> Images => Workloads.Keys.Order(StringComparer.Ordinal);

    /// <summary>A new workload for an image reference such as <c>quay.io/kiali/demo_travels_cars:v1</c>; null when the image is none of ours.</summary>
    public static IDemoWorkload? Create(string image) =>
        Workloads.TryGetValue(Repository(image), out var create) ? create() : null;

    private static string Repository(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var slash = name.LastIndexOf('/');
        var tag = name.LastIndexOf(':');
        name = tag > slash ? name[..tag] : name;
        return name.StartsWith(DefaultRegistry, StringComparison.Ordinal) ? name[DefaultRegistry.Length..] : name;
    }
}
