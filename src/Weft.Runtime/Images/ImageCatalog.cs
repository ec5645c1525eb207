using System.Collections.Immutable;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Images;

/// <summary>Which launcher runs an image.</summary>
internal sealed class ImageCatalog(ImmutableArray<IContainerLauncher> launchers)
{
    public IContainerLauncher? Find(string image) => launchers.FirstOrDefault(launcher => launcher.CanLaunch(image));

    /// <summary>What the user needs to know whose image nobody can run.</summary>
    public string Explain(string image) =>
        $"Failed to pull image \"{image}\": Weft does not pull images and knows none of this name. "
        + $"Known images: {string.Join(", ", launchers.SelectMany(launcher => launcher.KnownImages).Distinct().Order(StringComparer.Ordinal))}. "
        + $"To run a local command as this image, add the line \"{image} = /path/to/command arguments\" to the image map, "
        + $"or use the image {ImageMap.LocalRegistry}<command>.";
}
