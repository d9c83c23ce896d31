// The words of the phone's page in both languages; the same keys in each (a test compares them).

export const texts = {
  ja: {
    title: "denwaban 電話",
    login: "ログイン",
    tenant: "テナント",
    name: "ログイン名",
    password: "パスワード",
    enter: "ログインする",
    leave: "ログアウト",
    work: "業務",
    sign_in: "サインイン",
    sign_out: "サインアウト",
    say_ready: "受付可にする",
    say_paused: "離席する",
    pause_for: "離席の理由",
    extend: "後処理を延長",
    finish: "後処理を終える",
    call: "通話",
    take: "応答",
    decline: "拒否",
    hold: "保留",
    unhold: "保留を解除",
    mute: "消音",
    unmute: "消音を解除",
    hang_up: "切断",
    number: "電話番号または内線番号",
    keys: "ダイヤルキー",
    others: "転送・会議・パーク",
    transfer: "すぐに転送",
    consult: "相談する",
    conference: "会議に加える",
    complete: "転送を完了",
    swap: "相手を切り替え",
    cancel: "相談をやめて戻る",
    together: "全員で話す",
    park: "パーク保留",
    parked_at: "パーク番号：",
    dial: "発信",
    dialling: "発信中",
    alerting: "呼び出し中",
    is_busy: "話し中です。",
    nobody_answers: "応答がありません。",
    no_such_number: "この番号にはつながりません。番号をお確かめください。",
    is_declined: "相手が着信を拒否しました。",
    not_allowed: "この番号への発信は許可されていません。",
    no_way: "いまは回線がつながりません。しばらくしてからおかけ直しください。",
    no_call: "通話はありません",
    ringing: "着信中",
    talking: "通話中",
    on_hold: "保留中",
    withheld: "番号非通知",
    line_up: "電話はつながっています",
    line_down: "電話はつながっていません。再接続しています",
    no_agent: "このログインはエージェントではないため、電話を使えません。",
    no_microphone: "マイクを使えません。ブラウザーの設定で許可してください。",
    no_answer: "サーバーが応答しません。もう一度お試しください。",
    ended: "ログインの期限が切れたか、取り消されました。もう一度ログインしてください。",
    signed_out: "サインアウト",
    ready: "受付可",
    offered: "着信中",
    on_call: "通話中",
    wrap_up: "後処理",
    paused: "離席",
    missed: "応答なし",
    unreachable: "接続不可",
    not_connectable: "着信停止",
    listening: "モニタリング",
    break: "休憩",
    lunch: "昼食",
    meeting: "会議",
    training: "研修",
    desk_work: "事務作業",
    other: "その他",
    refused: "着信拒否",
  },
  en: {
    title: "denwaban phone",
    login: "Log in",
    tenant: "Tenant",
    name: "Login",
    password: "Password",
    enter: "Log in",
    leave: "Log out",
    work: "Work",
    sign_in: "Sign in",
    sign_out: "Sign out",
    say_ready: "Ready",
    say_paused: "Pause",
    pause_for: "Reason of the pause",
    extend: "Longer wrap-up",
    finish: "Finish wrap-up",
    call: "Call",
    take: "Take",
    decline: "Decline",
    hold: "Hold",
    unhold: "Take back",
    mute: "Mute",
    unmute: "Unmute",
    hang_up: "Hang up",
    number: "Number or extension",
    keys: "Dial keys",
    others: "Transfer, conference, park",
    transfer: "Transfer now",
    consult: "Ask first",
    conference: "Add to the call",
    complete: "Complete transfer",
    swap: "Swap",
    cancel: "Go back",
    together: "All together",
    park: "Park",
    parked_at: "Parked at",
    dial: "Dial",
    dialling: "Dialling",
    alerting: "It rings there",
    is_busy: "Busy.",
    nobody_answers: "Nobody answers.",
    no_such_number: "This number cannot be reached. Please check it.",
    is_declined: "The other party declined the call.",
    not_allowed: "Calls to this number are not allowed.",
    no_way: "There is no line at the moment. Please try again later.",
    no_call: "No call",
    ringing: "Ringing",
    talking: "Talking",
    on_hold: "On hold",
    withheld: "number withheld",
    line_up: "The phone is connected",
    line_down: "The phone is not connected; trying again",
    no_agent: "This login is no agent and has no phone.",
    no_microphone: "The microphone cannot be used. Allow it in the settings of the browser.",
    no_answer: "The server does not answer. Please try again.",
    ended: "The login has ended or was taken back. Please log in again.",
    signed_out: "Signed out",
    ready: "Ready",
    offered: "Ringing",
    on_call: "On a call",
    wrap_up: "Wrap-up",
    paused: "Paused",
    missed: "Missed",
    unreachable: "Unreachable",
    not_connectable: "Not connectable",
    listening: "Listening",
    break: "Break",
    lunch: "Lunch",
    meeting: "Meeting",
    training: "Training",
    desk_work: "Desk work",
    other: "Other",
    refused: "Declined",
  },
};

export const reasons = ["break", "lunch", "meeting", "training", "desk_work", "other"];

let language = navigator.language.startsWith("ja") ? "ja" : "en";

/** The words of another page come on top, in both languages. */
export function learn(more) {
  for (const [name, words] of Object.entries(more)) Object.assign(texts[name], words);
}

/** The word for a key in the language that is chosen; a key without a word is shown as it is. */
export function say(key) {
  return texts[language][key] ?? key;
}

/** Which language is chosen: "ja" or "en". */
export function chosen() {
  return language;
}

/** Choose the other language, or `wanted`, and write every fixed text of the page anew. */
export function speak(wanted = language === "ja" ? "en" : "ja") {
  language = wanted;
  document.documentElement.lang = language;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = say(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
  const other = document.getElementById("language");
  other.lang = language === "ja" ? "en" : "ja";
  other.textContent = language === "ja" ? "English" : "日本語";
}
