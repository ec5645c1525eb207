namespace Weft.Architecture;

/// <summary>The checkout that these tests look at.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Weft.slnx.</summary>
    public static string Root { get; } = FindRoot();

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Weft.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Weft.slnx above {AppContext.BaseDirectory}");
    }
}
