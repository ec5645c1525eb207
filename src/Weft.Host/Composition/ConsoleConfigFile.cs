using Weft.Console.Settings;

namespace Weft.Host.Composition;

/// <summary>The file that <c>--config</c> names: Kiali's configuration, as far as the console follows it.</summary>
internal static class ConsoleConfigFile
{
    /// <summary>Kiali's defaults, but that pages are live: they are refreshed every ten seconds, not every minute.</summary>
    private static readonly ConsoleSettings WithoutFile = ConsoleSettings.Default with
    {
        Features = ConsoleSettings.Default.Features with { UiDefaults = ConsoleSettings.Default.Features.UiDefaults with { RefreshInterval = "10s" } },
    };

    /// <param name="option">Named in the error.</param>
    /// <exception cref="StartException">The file cannot be read or followed; names the field.</exception>
    public static ConsoleSettings Read(string option, string? file)
    {
        if (file is null)
        {
            return WithoutFile;
        }

        try
        {
            return SettingsReader.Read(File.ReadAllText(file));
        }
        catch (SettingsException failure)
        {
            throw new StartException($"{option}: {file}: {failure.Message}", ExitCodes.Usage, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{option}: {file} cannot be read: {failure.Message}", ExitCodes.Usage, failure);
        }
    }
}
