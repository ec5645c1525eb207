using System.Globalization;

namespace Weft.ApiServer.Admission;

/// <summary>Cron schedules as Kubernetes reads them: five fields, or one of the `@` names.</summary>
internal static class CronSchedule
{
    private static readonly string[] Names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    private static readonly (int Low, int High, string[] Words)[] Fields =
    [
        (0, 59, []), (0, 23, []), (1, 31, []),
        (1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        (0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <summary>What is wrong with the schedule; null for a valid one.</summary>
    public static string? Problem(string schedule)
    {
        if (schedule.StartsWith('@'))
            return Names.Contains(schedule) || schedule.StartsWith("@every ", StringComparison.Ordinal) ? null : $"unrecognized descriptor: {schedule}";
        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != Fields.Length) return $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        for (var i = 0; i < fields.Length; i++)
            foreach (var part in fields[i].Split(','))
                if (Range(part, Fields[i]) is { } problem) return problem;
        return null;
    }

    private static string? Range(string part, (int Low, int High, string[] Words) field)
    {
        var halves = part.Split('/');
        if (halves.Length > 2) return $"too many slashes: {part}";
        if (halves.Length == 2 && (!int.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0))
            return step == 0 && halves[1] == "0" ? $"step of range should be a positive number: {part}" : NotANumber(halves[1]);
        if (halves[0] is "*" or "?") return null;
        var ends = halves[0].Split('-');
        if (ends.Length > 2) return $"too many hyphens: {part}";
        var numbers = new int[2];
        for (var i = 0; i < 2; i++)
        {
            var text = ends[Math.Min(i, ends.Length - 1)];
            var word = Array.IndexOf(field.Words, text.ToLowerInvariant());
            if (word >= 0) numbers[i] = word + field.Low;
            else if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return NotANumber(text);
        }

        if (numbers[0] < field.Low) return $"beginning of range ({numbers[0]}) below minimum ({field.Low}): {part}";
        if (numbers[1] > field.High) return $"end of range ({numbers[1]}) above maximum ({field.High}): {part}";
        return numbers[0] > numbers[1] ? $"beginning of range ({numbers[0]}) beyond end of range ({numbers[1]}): {part}" : null;
    }

    private static string NotANumber(string text) => $"failed to parse int from {text}: strconv.Atoi: parsing {ObjectValidation.Quote(text)}: invalid syntax";
}
