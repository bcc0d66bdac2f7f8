/** What a message wants done, beside what it says about inputs. */
export interface Intents {
  /** to start what was proposed */
  start: boolean;
  yes: boolean;
  no: boolean;
  /** to hear how the job is */
  status: boolean;
  /** to stop the job or to drop what was talked about */
  cancel: boolean;
  /** to run the same once more */
  again: boolean;
  /** to begin with something else */
  anew: boolean;
  help: boolean;
  price: boolean;
  /** to hear what there is to choose from */
  options: boolean;
  /** to leave the choice to the tool */
  whatever: boolean;
  /** a greeting or thanks, nothing more */
  polite: boolean;
}

const lead =
  /^(?:(?:ok(?:ay)?|yes|yep|yeah|yup|sure|please|great|perfect|good|alright|all right|then|now|just|and|so|cool|fine|nice|right)\b[\s,.!]*)+/;
const tail = /(?:[\s,.!]+(?:please|now|then|thanks|thank you|right away|already))+$/;

const patterns = {
  start:
    /^(?:go|go ahead|go for it|go on|start|start it|start now|start the job|run|run it|do it|do that|create|create it|create the [\p{L}\s]{1,30}|make it|make the [\p{L}\s]{1,30}|generate|generate it|proceed|begin|launch|launch it|let'?s go|let'?s do (?:it|this)|build it|confirm|confirmed|submit|submit it|start (?:the )?[\p{L}]{1,20})$/u,
  yes: /^(?:yes|yep|yeah|yup|sure|ok|okay|of course|certainly|please|please do|sounds good|looks good|perfect|great|good|fine|correct|right|exactly|absolutely|definitely|that'?s (?:right|fine|good|it|perfect|great)|👍|✅)$/u,
  no: /^(?:no|nope|nah|not yet|not now|wait|hold on)\b|\b(?:don'?t|do not) (?:start|run|go|create|make|do)\b/,
  cancel:
    /^(?:please )?(?:cancel|stop|abort|never ?mind|forget (?:it|that|about it)|drop it|kill it)\b|\b(?:cancel|stop|abort) (?:it|that|this|the job|my job|the \p{L}+)\b/u,
  status:
    /\b(?:status|progress)\b|\bhow (?:far|long|is it going|'?s it going)\b|\b(?:is|are) (?:it|they|that|the \p{L}+|my \p{L}+) (?:done|ready|finished|complete|there)\b|^(?:done|ready|finished)\b|\b(?:result|download|show me (?:it|the)|where(?:'s| is) (?:it|my|the)|any news|what happened|did it work)\b/u,
  again:
    /\b(?:again|once more|one more(?: time)?|another (?:one|go|try|version)|retry|redo(?: it)?|re-?run(?: it)?|repeat(?: it)?)\b/,
  anew: /\b(?:start over|start again from scratch|start afresh|new chat|something else|something different|reset)\b/,
  help: /^(?:help|\?)$|\bwhat (?:can|could) (?:you|i) do\b|\b(?:which|what|list|show)(?: me)?(?: all)?(?: your| the| of your)? tools\b|\bhow does this work\b|\bwhat tools\b|\bwhat do you (?:do|offer)\b/,
  price:
    /\bhow (?:much|many credits)\b|\bwhat (?:does|would|will) (?:it|this|that) cost\b|\b(?:price|costs?)\b/,
  options:
    /\b(?:which|what)\b[^.!]{0,60}\b(?:are there|can i|do you have|do i have|is there|could i|should i|options?|choices|available|possible)\b|\b(?:options|choices)\b|\bwhat (?:styles?|formats?|colou?rs?|sizes?|values?|positions?)\b/,
  whatever:
    /\b(?:whatever|any(?:thing)?(?: is fine| will do)?|you (?:choose|decide|pick)|surprise me|up to you|(?:the )?defaults?|no preference|don'?t care|doesn'?t matter|skip(?: it| that)?)\b/,
  polite:
    /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|thx|cheers|great|nice|cool|wonderful|awesome|bye|goodbye)(?:[\s,]+(?:there|javari|a lot|so much|very much|you|all|everyone))*$/,
} as const satisfies Record<keyof Intents, RegExp>;

/** `… , go` after something else, as in “make it vintage and start”. */
const startAtEnd =
  /(?:[,.;!\0]|\band\b|\bthen\b)\s*(?:please\s+)?(?:go|go ahead|start|start it|run it|do it|create it|make it|generate it)$/;
const refusesStart = /\b(?:don'?t|do not|not|never|before you|wait|hold on)\b/;

/** @param unquoted the message, without what it puts in quotes */
export function readIntents(unquoted: string): Intents {
  const said = unquoted
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/[\s.!?]+$/, '')
    .trim();
  const core = said.replace(lead, '').replace(tail, '').trim();
  const read = (name: keyof Intents): boolean => patterns[name].test(said) || patterns[name].test(core);
  const intents = Object.fromEntries(
    (Object.keys(patterns) as (keyof Intents)[]).map((name) => [name, read(name)]),
  ) as Record<keyof Intents, boolean>;
  const starts = intents.start || startAtEnd.test(said.replace(tail, ''));
  // “Yes” in front of something else says yes all the same.
  const yes = intents.yes || (core === '' && said !== '');
  return { ...intents, yes, start: starts && !refusesStart.test(said), anew: intents.anew };
}
