using System.Globalization;

namespace Weft.Demos.Hosting;

/// <summary>Log lines in glog's shape, as the demo's users know them: level, date, time, process, source, text.</summary>
internal sealed class DemoLog(DemoContext context, string source)
{
    public void Information(string text) => Write('I', text);

    public void Warning(string text) => Write('W', text);

    public void Error(string text) => Write('E', text);

    private void Write(char level, string text) =>
        context.Log(string.Create(CultureInfo.InvariantCulture, $"{level}{context.Time.GetLocalNow():MMdd HH:mm:ss.ffffff}       1 {source}] {text}"));
}
